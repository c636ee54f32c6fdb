/*
 * Every way in which a request can end other than well, and what the world is
 * told of it: status (RFC 9110), machine word and sentence (RFC 9457).
 */
#ifndef KHATMA_ERR_H
#define KHATMA_ERR_H

enum err {
	OK = 0,

	/* What a client reads. Order and words: the table in err.c. */
	ERR_VALIDATION,
	ERR_JSON_EMPTY,
	ERR_JSON_UTF8,
	ERR_JSON_SYNTAX,
	ERR_JSON_TRAILING,
	ERR_JSON_DEPTH,
	ERR_JSON_DUPLICATE,
	ERR_JSON_NUL,
	ERR_JSON_NOT_OBJECT,
	ERR_BAD_REQUEST,
	ERR_QUERY,
	ERR_KEY_INVALID,
	ERR_TOKEN_MISSING,
	ERR_TOKEN_INVALID,
	ERR_LOGIN_FAILED,
	ERR_FORBIDDEN,
	ERR_CREATOR_ONLY,
	ERR_MEMBERS_ONLY,
	ERR_INVITATION_NEEDED,
	ERR_INVITATION_INVALID,
	ERR_NOT_FOUND,
	ERR_KHATMA_NOT_FOUND,
	ERR_USER_NOT_FOUND,
	ERR_NOTIFICATION_NOT_FOUND,
	ERR_SESSION_NOT_FOUND,
	ERR_PAGE_NOT_FOUND,
	ERR_NOT_MEMBER,
	ERR_METHOD,
	ERR_KEY_BUSY,
	ERR_TOO_LARGE,
	ERR_MEDIA_TYPE,
	ERR_KEY_REUSED,
	ERR_LOGIN_BLOCKED,
	ERR_ALREADY_MEMBER,
	ERR_KHATMA_FULL,
	ERR_KHATMA_PAUSED,
	ERR_KHATMA_COMPLETED,
	ERR_CHAPTER_TAKEN,
	ERR_CHAPTER_COMPLETED,
	ERR_UNDO_TOO_LATE,
	ERR_TYPE_FIXED,
	ERR_DIVISION_FIXED,
	ERR_CHAPTER_RANGE,
	ERR_PRIVATE_PUBLIC,
	ERR_PRIVATE_INVITATION,
	ERR_RESET_TOKEN,
	ERR_MAIL_OFF,
	ERR_DATABASE_AWAY,
	ERR_OUTCOME_UNKNOWN,
	ERR_OUTCOME_KEYED,
	ERR_SCHEMA_VERSION,
	ERR_INTERNAL,

	/* What never leaves the program: db's word to the model. */
	ERR_NO_ROW,
	ERR_DUPLICATE,
	ERR_NO_PARENT,
	ERR_RETRY,
	ERR_COUNT
};

/* The languages the service speaks. */
enum lang { LANG_EN, LANG_AR, LANG_COUNT };

struct err_text {
	int status;			/* HTTP status, RFC 9110 section 15 */
	const char *code;		/* stable machine word */
	const char *detail[LANG_COUNT];	/* a sentence a person can act on */
};

/*
 * What the world is told of an error. Total: an error that should not have
 * left the program (ERR_NO_ROW and below) and a number outside the enum give
 * the text of ERR_INTERNAL.
 */
const struct err_text *err_text(enum err e);

#endif
