/*
 * Mail, handed to the SMTP server of the settings. The one file that knows
 * libcurl.
 */
#ifndef KHATMA_MAIL_H
#define KHATMA_MAIL_H

struct conf;

#define MAIL_WHY_MAX	256

/* All texts are NUL-terminated; text is UTF-8 with LF line ends. */
struct mail {
	const char *to;		/* an address, without a name */
	const char *subject;	/* ASCII, as it stands in the header */
	const char *text;
	const char *id;		/* a word that no other mail has */
};

/*
 * Send a mail (RFC 5321, RFC 5322), marked as written by a program (RFC 3834).
 * The connection is encrypted and the server's certificate checked, but with
 * smtp://localhost, 127.0.0.1 or [::1], and where smtp_tls is off. It takes 20
 * seconds at most.
 *
 * Returns NULL when the server has taken it; otherwise a sentence for the
 * administrator, in why or const, with no word of the mail in it. A mail whose
 * header would not be one line is refused.
 */
const char *mail_send(const struct conf *conf, const struct mail *mail,
    char why[MAIL_WHY_MAX]);

#endif
