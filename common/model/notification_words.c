/* The words of notifications: thanks and prayer, no shaming (section 9). */
#include <string.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/model/achievement.h"
#include "common/model/notification.h"
#include "common/model/quran.h"
#include "common/model/user.h"
#include "common/words.h"

/* {0} the khatma's name, {1} the chapter, {2} the actor, {3} the achievement */
struct words {
	const char *type;
	const char *display[LANG_COUNT];
	const char *title[LANG_COUNT];
	const char *message[LANG_COUNT];
	const char *of_other[LANG_COUNT];	/* when someone else did it */
};

static const struct words all_words[] = {
	{ "chapter_assigned",
	    { "Chapter assigned", "تعيين جزء" },
	    { "{1} is yours", "{1} من نصيبك" },
	    { "{1} of “{0}” is yours to read. May Allah make it easy for you.",
	      "{1} من «{0}» من نصيبك. يسر الله لك قراءته." },
	    { NULL, NULL } },
	{ "chapter_completed",
	    { "Chapter completed", "إتمام جزء" },
	    { "{1} has been read", "تمت قراءة {1}" },
	    { "You have read {1} of “{0}”. May Allah accept it from you.",
	      "أتممت قراءة {1} من «{0}». تقبل الله منك." },
	    { "{2} has read {1} of “{0}”. May Allah accept it.",
	      "قرأ {2} {1} من «{0}». تقبل الله." } },
	{ "khatma_completed",
	    { "Khatma completed", "اكتمال ختمة" },
	    { "“{0}” is complete", "اكتملت «{0}»" },
	    { "All of “{0}” has been read, praise be to Allah. May He accept it "
	      "from everyone who took part.",
	      "تمت قراءة «{0}» كاملة والحمد لله. تقبل الله من كل من شارك." },
	    { NULL, NULL } },
	{ "achievement_earned",
	    { "Achievement earned", "إنجاز جديد" },
	    { "{3}", "{3}" },
	    { "You have reached “{3}”. May Allah bless your reading.",
	      "بلغت «{3}». بارك الله في قراءتك." },
	    { NULL, NULL } },
	{ "khatma_invitation",
	    { "Invitation", "دعوة إلى ختمة" },
	    { "An invitation to “{0}”", "دعوة إلى «{0}»" },
	    { "{2} would be glad to read “{0}” together with you.",
	      "يسر {2} أن تشاركه قراءة «{0}»." },
	    { NULL, NULL } },
	{ "daily_reminder",
	    { "Daily reminder", "تذكير يومي" },
	    { "A quiet moment for the Quran", "لحظة هادئة مع القرآن" },
	    { "Whenever it suits you today, the Quran is waiting for you.",
	      "متى تيسر لك اليوم فالقرآن في انتظارك." },
	    { NULL, NULL } },
};

static const struct words *
find_words(const char *type)
{
	const struct words *w = all_words;
	const struct words *last = w + sizeof(all_words) / sizeof(*w) - 1;

	while (w < last && strcmp(w->type, type) != 0)
		w++;
	return w;
}

static void
write_filled(struct json *j, const char *key, const char *sentence,
    const char *const values[])
{
	char bytes[4096];
	struct buf text = buf_over(bytes, sizeof(bytes));

	words_fill(&text, sentence, values);
	json_text(j, key, bytes);
}

void
notification_write(struct json *j, const struct notification *n,
    enum lang lang)
{
	const struct words *w = find_words(n->type);
	char bytes[64];
	struct buf chapter = buf_over(bytes, sizeof(bytes));
	const char *message = w->message[lang];
	const char *values[] = {
		n->khatma_name ? n->khatma_name : "", bytes,
		n->actor_name ? n->actor_name : former_member[lang],
		n->achievement ? achievement_display(n->achievement, lang) : "",
		NULL
	};

	division_chapter_name(&chapter, division_of(n->division),
	    (int)n->chapter, lang);
	if (!n->actor_is_reader && w->of_other[lang])
		message = w->of_other[lang];
	json_open(j, NULL, '{');
	json_int(j, "id", n->id);
	json_text(j, "notification_type", n->type);
	json_text(j, "notification_display", w->display[lang]);
	write_filled(j, "title", w->title[lang], values);
	write_filled(j, "message", message, values);
	json_bool(j, "is_read", n->is_read);
	json_id(j, "related_khatma", n->khatma);
	json_text(j, "related_khatma_name", n->khatma_name);
	json_text(j, "created_at", n->created_at);
	json_close(j);
}
