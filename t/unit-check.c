#include "common/check.h"

#include "t/tap.h"

#define A32	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A63	A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A64	A32 A32

static const char *const emails[] = {
	"ali@example.com", "Ali.Ahmed+khatma@Mail.Example.COM",
	"a@b.c", "1@2.3", "!#$%&'*+/=?^_`{|}~-@x.y", "a@xn--mgbh0fb.example",
	A64 "@example.com", "a@" A63 ".com", "a@a-b.c-d.e", ".a.@x.y",
	"a..b@x.y",
};

static const char *const no_emails[] = {
	"ali", "ali@", "@example.com", "@", "a@b", "a@localhost", "a@b.",
	"a@.b", "a@b..c", "a@-b.c", "a@b-.c", "a@b.c-", "a@b.-c", "a b@c.d",
	"a@b c.d", "a@b.c ", " a@b.c", "a@b.c\n", "a@@b.c", "a@b@c.d",
	"a,b@c.d", "a@b_c.d", "a@[127.0.0.1]", "\"a b\"@c.d", "a(b)@c.d",
	"a@b.c,d@e.f", "Ali <a@b.c>", "علي@example.com", "a@مثال.com",
	A64 "a@example.com", "a@" A63 "a.com", "a\x7f@b.c", "",
};

static const char *const phones[] = {
	"123", "01012345678", "+20 101 234 5678", "(02) 123-4567", "+1-2-3",
	"((1)2)3", "00000000000000000000000000000000",
};

static const char *const no_phones[] = {
	"", "12", "+20", "1-2", "() -+", "123a", "12.34.56", "123\n",
	"123;ext=4", "+٢٠١٢٣", "tel:123", "1\t2\t3",
};

static const char *const zones[] = {
	"UTC", "Africa/Cairo", "Asia/Riyadh", "America/Argentina/Buenos_Aires",
	"Etc/GMT+3", "Europe/Berlin",
};

static const char *const no_zones[] = {
	"", "Cairo", "Africa", "Africa/", "Africa/Kairo", "africa/cairo",
	"GMT+25:00:00", "+02:00", "../../etc/passwd", "/etc/localtime",
	"Africa/../Africa/Cairo", "Africa/Cairo ", "posix/UTC", "right/UTC",
	"posixrules", "tzdata.zi", ":UTC", "UTC\n",
};

/* All of them are right (MSG_NONE) or all are wrong in the same way. */
static void
test_rule(const char *name, enum field_msg (*check)(const char *),
    enum field_msg want, const char *const *texts, size_t n)
{
	char shown[128];

	for (size_t i = 0; i < n; i++) {
		snprintf(shown, sizeof(shown), "%s", texts[i]);
		for (char *c = shown; *c; c++)
			if (*c > 0 && *c < ' ')
				*c = '?';
		is_int(check(texts[i]), want, "%s: '%s' is%s one", name, shown,
		    want == MSG_NONE ? "" : " not");
	}
}

#define RULE(name, check, msg, right, wrong) do {			\
	test_rule(name, check, MSG_NONE, right,				\
	    sizeof(right) / sizeof(*(right)));				\
	test_rule(name, check, msg, wrong,				\
	    sizeof(wrong) / sizeof(*(wrong)));				\
} while (0)

static void
test_passwords(void)
{
	is_int(check_password("StrongPass123"), MSG_NONE,
	    "the password of the specification's example");
	is_int(check_password("correct horse battery"), MSG_NONE, "words");
	is_int(check_password("كلمة مرور طويلة"), MSG_NONE, "Arabic words");
	is_int(check_password("20260301 "), MSG_NONE, "digits and a blank");
	is_int(check_password("20260301"), MSG_PASSWORD_DIGITS, "all digits");
	is_int(check_password("12345678"), MSG_PASSWORD_DIGITS,
	    "all digits goes before common");
	is_int(check_password("password"), MSG_PASSWORD_COMMON, "common");
	is_int(check_password("PassWord"), MSG_PASSWORD_COMMON,
	    "common whatever its case");
	is_int(check_password("password "), MSG_NONE,
	    "a blank more is another password");
}

int
main(void)
{
	RULE("e-mail", check_email, MSG_EMAIL, emails, no_emails);
	RULE("phone", check_phone, MSG_PHONE, phones, no_phones);
	RULE("zone", check_zone, MSG_TIMEZONE, zones, no_zones);
	test_passwords();
	return done_testing();
}
