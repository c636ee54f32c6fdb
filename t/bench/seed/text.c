#include "t/bench/seed/text.h"

#include <stdio.h>

#include "t/bench/seed/world.h"

static const char *const first_latin[] = {
	"Fatima", "Ahmed", "Maryam", "Omar", "Aisha", "Yusuf", "Khadija",
	"Bilal", "Zaynab", "Ibrahim", "Hafsa", "Ismail", "Sumayya", "Hamza",
	"Nur", "Salma", "Abdullah", "Amina", "Idris", "Layla"
};
static const char *const last_latin[] = {
	"Al-Zahra", "Hassan", "Rahman", "Siddiqui", "Yılmaz", "Benali",
	"Wijaya", "Khan", "Haddad", "Diallo", "El-Sayed", "Öztürk", "Farouk",
	"Mansour", "Sharif", "Qureshi", "Traoré", "Hidayat", "Aziz", "Saleh"
};
static const char *const first_arabic[] = {
	"فاطمة", "أحمد", "مريم", "عمر", "عائشة", "يوسف", "خديجة", "بلال",
	"زينب", "إبراهيم", "حفصة", "إسماعيل", "سمية", "حمزة", "نور", "سلمى",
	"عبد الله", "آمنة", "إدريس", "ليلى"
};
static const char *const last_arabic[] = {
	"الزهراء", "حسن", "الرحمن", "الصديقي", "المصري", "بن علي", "الشامي",
	"خان", "حداد", "المغربي", "السيد", "الحجازي", "فاروق", "منصور",
	"الشريف", "القرشي", "التونسي", "الهادي", "عزيز", "صالح"
};
static const char *const what_latin[] = {
	"Ramadan Group Reading", "Friday khatma", "A khatma for our parents",
	"Morning readers", "Khatma after Maghrib"
};
static const char *const what_arabic[] = {
	"ختمة رمضان", "ختمة الجمعة", "ختمة لوالدينا", "قرّاء الفجر",
	"ختمة بعد المغرب"
};
static const char *const about_latin[] = {
	"", "Finish the Quran together", "One part a day, each at one's own pace",
	"Everybody is welcome, beginners too"
};
static const char *const about_arabic[] = {
	"", "نختم القرآن معًا", "جزءٌ كلَّ يوم بإذن الله", "أهلًا بالجميع"
};

#define PICK(a, h)	(a)[(h) % (sizeof(a) / sizeof(*(a)))]

void
person_name(uint32_t user, char out[NAME_SIZE])
{
	uint64_t h = mixed(user, 10), rest = h / 64;

	if (h % 2 == 0)
		snprintf(out, NAME_SIZE, "%s %s", PICK(first_latin, rest),
		    PICK(last_latin, rest / 64));
	else
		snprintf(out, NAME_SIZE, "%s %s", PICK(first_arabic, rest),
		    PICK(last_arabic, rest / 64));
}

void
khatma_name(uint32_t id, char out[NAME_SIZE])
{
	uint64_t h = mixed(id, 11), rest = h / 64;

	if (h % 2 == 0)
		snprintf(out, NAME_SIZE, "%s, %s %u", PICK(what_latin, rest),
		    PICK(last_latin, rest / 64), id);
	else
		snprintf(out, NAME_SIZE, "%s، %s %u", PICK(what_arabic, rest),
		    PICK(last_arabic, rest / 64), id);
}

void
khatma_about(uint32_t id, char out[ABOUT_SIZE])
{
	uint64_t h = mixed(id, 11), rest = mixed(id, 12);

	snprintf(out, ABOUT_SIZE, "%s", h % 2 == 0 ? PICK(about_latin, rest) :
	    PICK(about_arabic, rest));
}
