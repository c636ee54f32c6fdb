#include "common/arena.h"
#include "common/model/guess.h"
#include "common/utf8.h"

#include "t/tap.h"

static const char *const first[] = {
	"khatma", "khatma123", "Khatma2026!", "KHATMA_QURAN", "quran@1447",
	"TheHolyQuran", "quran kareem", "1ramadan2", "khatmahkhatmah",
	"bismillah786", "Allahu Akbar", "my-quran-99", "subhan allah 33",
	"القرآن الكريم", "القران123", "ٱلْقُرْآن", "ختمة٢٠٢٦", "ختمتي2026",
	"بسم الله الرحمن الرحيم", "لا إله إلا الله", "الحمد لله",
};

static const char *const others[] = {
	"", "12345678", "!!!! ????", "khatmax", "x-khatma", "a quran of mine",
	"StrongPass123", "correct horse battery staple", "qur", "allahx1",
	"كلمة مرور طويلة", "القرآن يشفع لأصحابه", "💡khatma", "ﷺxyz",
};

int
main(void)
{
	struct arena *a = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		ok(guess_first(utf8_search_form(a, first[i])),
		    "AUTH-02: %s is guessed first", first[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ok(!guess_first(utf8_search_form(a, others[i])),
		    "\"%s\" is not", others[i]);
	ok(guess_digits(utf8_search_form(a, "١٢٣٤٥٦٧٨")),
	    "Arabic digits are digits");
	ok(guess_digits(utf8_search_form(a, "۱۲۳۴۵678")),
	    "so are Persian ones among others");
	ok(!guess_digits(utf8_search_form(a, "١٢٣٤٥٦٧م")), "a letter is none");
	ok(!guess_digits(""), "nor is nothing");
	arena_free(a);
	return done_testing();
}
