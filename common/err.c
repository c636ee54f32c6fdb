#include "common/err.h"

static const struct err_text table[ERR_COUNT] = {
	[OK] = { 200, "ok", { "All is well.", "كل شيء على ما يرام." } },
	[ERR_VALIDATION] = { 400, "validation_error", {
		"Some fields are not right: see errors.",
		"بعض الحقول غير صحيحة: انظر errors." } },
	[ERR_JSON_EMPTY] = { 400, "body_missing", {
		"This request needs a body: one JSON object.",
		"هذا الطلب يحتاج إلى محتوى: كائن JSON واحد." } },
	[ERR_JSON_UTF8] = { 400, "body_not_utf8", {
		"The body is not valid UTF-8.",
		"محتوى الطلب ليس UTF-8 صحيحا." } },
	[ERR_JSON_SYNTAX] = { 400, "body_not_json", {
		"The body is not valid JSON.",
		"محتوى الطلب ليس JSON صحيحا." } },
	[ERR_JSON_TRAILING] = { 400, "body_trailing_text", {
		"There is text after the JSON object: send one object only.",
		"يوجد نص بعد كائن JSON: أرسل كائنا واحدا فقط." } },
	[ERR_JSON_DEPTH] = { 400, "body_too_deep", {
		"The JSON nests deeper than 32 levels.",
		"تداخل JSON أعمق من 32 مستوى." } },
	[ERR_JSON_DUPLICATE] = { 400, "body_duplicate_key", {
		"A key stands twice in the same JSON object.",
		"يوجد مفتاح مكرر في كائن JSON نفسه." } },
	[ERR_JSON_NUL] = { 400, "body_nul_character", {
		"The body holds the character U+0000, which no field takes.",
		"يحتوي الطلب على المحرف U+0000 وهو غير مقبول." } },
	[ERR_JSON_NOT_OBJECT] = { 400, "body_not_object", {
		"The body must be a JSON object: {…}.",
		"يجب أن يكون محتوى الطلب كائن JSON: {…}." } },
	[ERR_BAD_REQUEST] = { 400, "bad_request", {
		"The request could not be read whole.",
		"تعذرت قراءة الطلب كاملا." } },
	[ERR_QUERY] = { 400, "bad_query", {
		"The query string is not valid: percent-encode UTF-8, and send each parameter once.",
		"معاملات العنوان غير صحيحة: رمزها بترميز UTF-8 وأرسل كل معامل مرة واحدة." } },
	[ERR_KEY_INVALID] = { 400, "idempotency_key_invalid", {
		"Send the header Idempotency-Key once, with 1 to 255 characters of ASCII, best a UUID in double quotes.",
		"أرسل الترويسة Idempotency-Key مرة واحدة، من 1 إلى 255 محرف ASCII، والأفضل UUID بين علامتي اقتباس." } },
	[ERR_TOKEN_MISSING] = { 401, "token_missing", {
		"Sign in first: send the header Authorization: Bearer <access token>.",
		"سجل الدخول أولا: أرسل الترويسة Authorization: Bearer <access token>." } },
	[ERR_TOKEN_INVALID] = { 401, "token_invalid", {
		"This token is not good or no longer good. Refresh it or sign in again.",
		"هذا الرمز غير صالح أو انتهت صلاحيته. جدده أو سجل الدخول من جديد." } },
	[ERR_LOGIN_FAILED] = { 401, "login_failed", {
		"E-mail and password do not fit together.",
		"البريد الإلكتروني وكلمة المرور غير متطابقين." } },
	[ERR_FORBIDDEN] = { 403, "forbidden", {
		"You have no access to this.",
		"ليس لديك صلاحية الوصول إلى هذا." } },
	[ERR_CREATOR_ONLY] = { 403, "creator_only", {
		"Only the creator of this khatma may do that.",
		"هذا الإجراء لمنشئ الختمة وحده." } },
	[ERR_MEMBERS_ONLY] = { 403, "members_only", {
		"Only members of this khatma may do that. Join it first.",
		"هذا الإجراء لأعضاء الختمة فقط. انضم إليها أولا." } },
	[ERR_INVITATION_NEEDED] = { 403, "invitation_needed", {
		"This group is joined by invitation: send its invite_code.",
		"الانضمام إلى هذه المجموعة بدعوة: أرسل invite_code." } },
	[ERR_INVITATION_INVALID] = { 403, "invitation_invalid", {
		"This invitation code does not open this khatma. Ask its creator for a new one.",
		"رمز الدعوة هذا لا يفتح هذه الختمة. اطلب رمزا جديدا من منشئها." } },
	[ERR_NOT_FOUND] = { 404, "not_found", {
		"There is nothing at this address.",
		"لا يوجد شيء في هذا العنوان." } },
	[ERR_KHATMA_NOT_FOUND] = { 404, "khatma_not_found", {
		"There is no khatma with this id.",
		"لا توجد ختمة بهذا الرقم." } },
	[ERR_USER_NOT_FOUND] = { 404, "user_not_found", {
		"There is no user with this id.",
		"لا يوجد مستخدم بهذا الرقم." } },
	[ERR_NOTIFICATION_NOT_FOUND] = { 404, "notification_not_found", {
		"You have no notification with this id.",
		"ليس لديك إشعار بهذا الرقم." } },
	[ERR_SESSION_NOT_FOUND] = { 404, "session_not_found", {
		"You have no login with this id that could be ended.",
		"ليس لديك تسجيل دخول بهذا الرقم يمكن إنهاؤه." } },
	[ERR_PAGE_NOT_FOUND] = { 404, "page_not_found", {
		"The list has no such page.",
		"لا توجد صفحة بهذا الرقم في القائمة." } },
	[ERR_NOT_MEMBER] = { 404, "not_member", {
		"You are not a member of this khatma.",
		"لست عضوا في هذه الختمة." } },
	[ERR_METHOD] = { 405, "method_not_allowed", {
		"This address does not take this method: see the header Allow.",
		"هذا العنوان لا يقبل هذه الطريقة: انظر الترويسة Allow." } },
	[ERR_KEY_BUSY] = { 409, "request_in_progress", {
		"A request with this Idempotency-Key is being worked on. Send the same again in a second for its answer.",
		"طلب بهذا Idempotency-Key قيد التنفيذ. أرسل الطلب نفسه بعد ثانية لتحصل على جوابه." } },
	[ERR_TOO_LARGE] = { 413, "body_too_large", {
		"The body is larger than 64 KiB.",
		"محتوى الطلب أكبر من 64 كيبيبايت." } },
	[ERR_MEDIA_TYPE] = { 415, "unsupported_media_type", {
		"Send the body as JSON in UTF-8, with Content-Type: application/json.",
		"أرسل المحتوى بصيغة JSON وترميز UTF-8 مع Content-Type: application/json." } },
	[ERR_KEY_REUSED] = { 422, "idempotency_key_reused", {
		"This Idempotency-Key belongs to another request. A new request needs a new key.",
		"هذا Idempotency-Key يخص طلبا آخر. الطلب الجديد يحتاج إلى مفتاح جديد." } },
	[ERR_LOGIN_BLOCKED] = { 429, "login_blocked", {
		"Too many wrong passwords for this e-mail address. Wait some minutes, then try again.",
		"كلمات مرور خاطئة كثيرة لهذا البريد الإلكتروني. انتظر بضع دقائق ثم حاول من جديد." } },
	[ERR_ALREADY_MEMBER] = { 400, "already_member", {
		"You are already a member of this khatma.",
		"أنت عضو في هذه الختمة بالفعل." } },
	[ERR_KHATMA_FULL] = { 400, "khatma_full", {
		"All chapters are already assigned",
		"جميع الأجزاء موزعة بالفعل" } },
	[ERR_KHATMA_PAUSED] = { 400, "khatma_paused", {
		"This khatma is paused. Its creator can set it going again.",
		"هذه الختمة متوقفة مؤقتا. يستطيع منشئها استئنافها." } },
	[ERR_KHATMA_COMPLETED] = { 400, "khatma_completed", {
		"This khatma is completed: all its chapters have been read.",
		"هذه الختمة مكتملة: قرئت جميع أجزائها." } },
	[ERR_CHAPTER_TAKEN] = { 400, "chapter_taken", {
		"This chapter is claimed by another reader. Choose a free one.",
		"هذا الجزء محجوز لقارئ آخر. اختر جزءا متاحا." } },
	[ERR_CHAPTER_COMPLETED] = { 400, "chapter_completed", {
		"This chapter is already completed by another reader. Choose a free one.",
		"هذا الجزء أتمه قارئ آخر. اختر جزءا متاحا." } },
	[ERR_UNDO_TOO_LATE] = { 400, "undo_too_late", {
		"This chapter was completed more than 24 hours ago and stays completed.",
		"مضى على إتمام هذا الجزء أكثر من 24 ساعة فيبقى مكتملا." } },
	[ERR_TYPE_FIXED] = { 400, "khatma_fixed", {
		"Type and division are fixed once a second member has joined.",
		"لا يتغير النوع والتقسيم بعد انضمام عضو ثان." } },
	[ERR_DIVISION_FIXED] = { 400, "division_fixed", {
		"The division is fixed once a chapter is claimed or read.",
		"لا يتغير التقسيم بعد حجز جزء أو قراءته." } },
	[ERR_CHAPTER_RANGE] = { 400, "validation_error", {
		"This khatma has no such chapter.",
		"لا يوجد جزء بهذا الرقم في هذه الختمة." } },
	[ERR_PRIVATE_PUBLIC] = { 400, "private_not_public", {
		"A private khatma is one person's own and cannot be public.",
		"الختمة الخاصة لصاحبها وحده ولا يمكن أن تكون عامة." } },
	[ERR_PRIVATE_INVITATION] = { 400, "private_not_shared", {
		"A private khatma is one person's own. Make it a group to invite others.",
		"الختمة الخاصة لصاحبها وحده. اجعلها جماعية لدعوة غيرك." } },
	[ERR_RESET_TOKEN] = { 400, "reset_token_invalid", {
		"This link or code is not good or no longer good. Ask for a new one.",
		"هذا الرابط أو الرمز غير صالح أو انتهت صلاحيته. اطلب واحدا جديدا." } },
	[ERR_MAIL_OFF] = { 503, "mail_unavailable", {
		"This installation sends no mail. Its administrator has to set that up.",
		"هذه الخدمة لا ترسل البريد الإلكتروني. على المدير إعداد ذلك." } },
	[ERR_DATABASE_AWAY] = { 503, "database_unavailable", {
		"The service is away for a moment. Nothing was changed; try again shortly.",
		"الخدمة غير متاحة الآن. لم يتغير شيء؛ حاول بعد قليل." } },
	[ERR_OUTCOME_UNKNOWN] = { 503, "outcome_unknown", {
		"The connection broke while this was being written. Look whether it is there before you send it again.",
		"انقطع الاتصال أثناء الحفظ. تحقق من النتيجة قبل إعادة الإرسال." } },
	[ERR_OUTCOME_KEYED] = { 503, "outcome_unknown", {
		"The connection broke while this was being written. Send the same again with the same Idempotency-Key: it is not done twice.",
		"انقطع الاتصال أثناء الحفظ. أرسل الطلب نفسه مع Idempotency-Key نفسه: لن ينفذ مرتين." } },
	[ERR_SCHEMA_VERSION] = { 503, "schema_version", {
		"The database is not at the version this service needs. Its administrator has to migrate it.",
		"قاعدة البيانات ليست بالإصدار المطلوب. على المدير ترقيتها." } },
	[ERR_INTERNAL] = { 500, "internal_error", {
		"Something went wrong on our side. Nothing was changed.",
		"حدث خطأ من جهتنا. لم يتغير شيء." } },
};

const struct err_text *
err_text(enum err e)
{
	if ((unsigned)e < ERR_COUNT && table[e].status != 0)
		return &table[e];
	return &table[ERR_INTERNAL];
}
