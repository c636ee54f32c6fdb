/* The words of the mail with which one chooses a new password. */
#include "common/buf.h"
#include "common/model/reset.h"
#include "common/words.h"

/* A header is ASCII: "ختمة: كلمة مرور جديدة" in the writing of RFC 2047. */
static const char *const subject[LANG_COUNT] = {
	[LANG_EN] = "Khatma: a new password",
	[LANG_AR] = "=?UTF-8?B?2K7YqtmF2Kk6INmD2YTZhdipINmF2LHZiNixINis2K/Zitiv2Kk=?=",
};

/* {0} what it takes, from the tables below, {1} the link or the code */
static const char *const text[LANG_COUNT] = {
	[LANG_EN] =
	    "Peace be with you,\n"
	    "\n"
	    "somebody, most likely you yourself, asked for a new password for "
	    "the Khatma account with this e-mail address. {0}\n"
	    "\n"
	    "{1}\n"
	    "\n"
	    "It is good for 30 minutes, and once.\n"
	    "\n"
	    "If it was not you, there is nothing to do: your password stays "
	    "as it is.\n",
	[LANG_AR] =
	    "السلام عليكم،\n"
	    "\n"
	    "طلب أحدهم، ولعله أنت، كلمة مرور جديدة لحساب «ختمة» المسجل بهذا "
	    "البريد الإلكتروني. {0}\n"
	    "\n"
	    "{1}\n"
	    "\n"
	    "صلاحيته 30 دقيقة، ولمرة واحدة.\n"
	    "\n"
	    "إن لم تكن أنت من طلب ذلك فلا يلزمك شيء: تبقى كلمة مرورك كما "
	    "هي.\n",
};

static const char *const by_link[LANG_COUNT] = {
	[LANG_EN] = "This link lets you choose one:",
	[LANG_AR] = "اخترها من هذا الرابط:",
};

static const char *const by_code[LANG_COUNT] = {
	[LANG_EN] = "Enter this code in the app to choose one:",
	[LANG_AR] = "أدخل هذا الرمز في التطبيق لاختيارها:",
};

const char *
reset_subject(enum lang lang)
{
	return subject[lang];
}

void
reset_text(struct buf *out, const struct reset_mail *m, const char *url)
{
	const char *way = *url ? by_link[m->lang] : by_code[m->lang];
	struct buf address = { .max = 1024 };

	buf_str(&address, url);
	buf_str(&address, m->token);
	words_fill(out, text[m->lang], (const char *const[]){ way,
	    address.data ? address.data : "", NULL });
	out->failed |= address.failed;
	buf_free(&address);
}
