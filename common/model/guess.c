#include "common/model/guess.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* In the form in which text is searched: without tashkeel, ta marbuta as ha. */
static const char *const words[] = {
	"akbar", "alhamdulillah", "alislam", "allah", "allahu", "alquran",
	"alrahman", "ameen", "astaghfirullah", "bism", "bismillah", "fatiha",
	"hafiz", "hafez", "halal", "hatim", "hatm", "hatma", "holy", "ilove",
	"inshallah", "insha", "islam", "islamic", "juz", "kareem", "karim",
	"khatam", "khatem", "khatim", "khatm", "khatma", "khatmah", "khatmat",
	"koran", "love", "majeed", "masha", "mashallah", "muhammad", "muslim",
	"muslima", "my", "qoran", "quraan", "quran", "rahman", "rahim",
	"ramadan", "ramadhan", "salah", "salat", "subhan", "subhanallah",
	"surah", "tajweed", "the", "tilawa", "tilawah", "yasin",
	"اسلام", "استغفر", "اكبر", "الاسلام", "الا", "الحمد", "الختمه",
	"الرحمن", "الرحيم", "العالمين", "القران", "الكريم", "الله", "اله",
	"ان", "بسم", "ختم", "ختمات", "ختمتي", "ختمه", "رب", "رسول", "رمضان",
	"سبحان", "سوره", "شاء", "صلاه", "قران", "كريم", "لا", "لله", "ما",
	"محمد", "مسلم", "مسلمه", "يس",
};

/* Behind the digits and signs that begin it. */
static const char *
past_signs(const char *s)
{
	while (isascii((unsigned char)*s) && *s && !isalpha((unsigned char)*s))
		s++;
	return s;
}

/* The length of the longest word that s begins with, or 0. */
static size_t
word_at(const char *s)
{
	size_t longest = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (n > longest && strncmp(s, words[i], n) == 0)
			longest = n;
	}
	return longest;
}

bool
guess_first(const char *form)
{
	bool found = false;
	size_t n;

	for (form = past_signs(form); *form; form = past_signs(form + n)) {
		n = word_at(form);
		if (n == 0)
			return false;
		found = true;
	}
	return found;
}

bool
guess_digits(const char *form)
{
	return *form && form[strspn(form, "0123456789")] == '\0';
}
