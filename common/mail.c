#include "common/mail.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/buf.h"
#include "common/conf.h"

enum { CONNECT_SECONDS = 10, WHOLE_SECONDS = 20, HEADER_MAX = 1000,
	TEXT_MAX = 64 << 10 };

/* What libcurl needs until the mail is away. */
struct sending {
	const struct conf *conf;
	const struct mail *mail;
	CURL *curl;
	struct curl_slist *headers, *recipients;
	curl_mime *mime;
	bool failed;		/* memory is out, or this libcurl lacks it */
};

static void
set_text(struct sending *s, CURLoption option, const char *value)
{
	s->failed |= curl_easy_setopt(s->curl, option, value) != CURLE_OK;
}

static void
set_number(struct sending *s, CURLoption option, long value)
{
	s->failed |= curl_easy_setopt(s->curl, option, value) != CURLE_OK;
}

static void
add(struct sending *s, struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer)
		*list = longer;
	else
		s->failed = true;
}

/* Where nobody else can listen. */
static bool
is_this_host(const char *url)
{
	static const char *const names[] = { "localhost", "127.0.0.1",
	    "[::1]" };
	const char *host = strstr(url, "://") + 3;
	size_t n;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		n = strlen(names[i]);
		if (strncmp(host, names[i], n) == 0 &&
		    (host[n] == '\0' || host[n] == ':'))
			return true;
	}
	return false;
}

static void
set_server(struct sending *s)
{
	const struct conf *c = s->conf;
	bool plain = !c->smtp_tls || is_this_host(c->smtp_url);

	set_text(s, CURLOPT_URL, c->smtp_url);
	set_text(s, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	set_text(s, CURLOPT_PROXY, "");
	if (c->smtp_user[0]) {
		set_text(s, CURLOPT_USERNAME, c->smtp_user);
		set_text(s, CURLOPT_PASSWORD, c->smtp_password);
	}
	if (c->smtp_ca[0])
		set_text(s, CURLOPT_CAINFO, c->smtp_ca);
	set_number(s, CURLOPT_USE_SSL, plain ? CURLUSESSL_NONE :
	    CURLUSESSL_ALL);
	set_number(s, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	set_number(s, CURLOPT_SSL_VERIFYPEER, 1);
	set_number(s, CURLOPT_SSL_VERIFYHOST, 2);
	set_number(s, CURLOPT_NOSIGNAL, 1);
	set_number(s, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	set_number(s, CURLOPT_TIMEOUT, WHOLE_SECONDS);
}

static void
add_header(struct sending *s, const char *name, const char *before,
    const char *value, const char *after)
{
	char line[HEADER_MAX];
	int n = snprintf(line, sizeof(line), "%s: %s%s%s", name, before, value,
	    after);

	if (n < 0 || n >= (int)sizeof(line))
		s->failed = true;
	else
		add(s, &s->headers, line);
}

/* RFC 5322 section 3.3. */
static void
add_date(struct sending *s)
{
	char date[64];
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000",
	    &tm) == 0)
		s->failed = true;
	else
		add_header(s, "Date", "", date, "");
}

static void
set_headers(struct sending *s)
{
	const char *from = s->conf->mail_from;
	char domain[CONF_TEXT_MAX + 2];

	snprintf(domain, sizeof(domain), "%s>", strchr(from, '@'));
	add_date(s);
	add_header(s, "From", "Khatma <", from, ">");
	add_header(s, "To", "<", s->mail->to, ">");
	add_header(s, "Subject", "", s->mail->subject, "");
	add_header(s, "Message-ID", "<", s->mail->id, domain);
	add_header(s, "Auto-Submitted", "", "auto-generated", "");
	s->failed |= curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER,
	    s->headers) != CURLE_OK;
}

static void
set_envelope(struct sending *s)
{
	char address[HEADER_MAX];

	snprintf(address, sizeof(address), "<%s>", s->conf->mail_from);
	set_text(s, CURLOPT_MAIL_FROM, address);
	snprintf(address, sizeof(address), "<%s>", s->mail->to);
	add(s, &s->recipients, address);
	s->failed |= curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT,
	    s->recipients) != CURLE_OK;
}

/* A line ends in CR LF, or the encoder takes its end for a character. */
static void
set_text_part(struct sending *s)
{
	struct buf text = { .max = TEXT_MAX };
	curl_mimepart *part;

	for (const char *c = s->mail->text; *c; c++) {
		if (*c == '\n')
			buf_char(&text, '\r');
		buf_char(&text, *c);
	}
	s->mime = curl_mime_init(s->curl);
	part = s->mime ? curl_mime_addpart(s->mime) : NULL;
	s->failed |= text.failed || text.data == NULL || part == NULL ||
	    curl_mime_data(part, text.data, text.len) != CURLE_OK ||
	    curl_mime_type(part, "text/plain; charset=utf-8") != CURLE_OK ||
	    curl_mime_encoder(part, "quoted-printable") != CURLE_OK ||
	    curl_easy_setopt(s->curl, CURLOPT_MIMEPOST, s->mime) != CURLE_OK;
	buf_free(&text);
}

static const char *
perform(struct sending *s, char why[MAIL_WHY_MAX])
{
	char words[CURL_ERROR_SIZE] = "";
	CURLcode rc;

	s->failed |= curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, words) !=
	    CURLE_OK;
	if (s->failed)
		return "out of memory, or not a libcurl that sends mail";
	rc = curl_easy_perform(s->curl);
	if (rc == CURLE_OK)
		return NULL;
	snprintf(why, MAIL_WHY_MAX, "%s", words[0] ? words :
	    curl_easy_strerror(rc));
	return why;
}

/* Nothing that ends a line, a word or an address. */
static bool
is_header_word(const char *s)
{
	return *s != '\0' && strpbrk(s, "\r\n\t <>") == NULL;
}

const char *
mail_send(const struct conf *conf, const struct mail *mail,
    char why[MAIL_WHY_MAX])
{
	struct sending s = { .conf = conf, .mail = mail };
	const char *wrong;

	if (!is_header_word(mail->to) || !is_header_word(mail->id) ||
	    strpbrk(mail->subject, "\r\n") != NULL)
		return "no header can be made of this address";
	s.curl = curl_easy_init();
	if (s.curl == NULL)
		return "out of memory";
	set_server(&s);
	set_envelope(&s);
	set_headers(&s);
	set_text_part(&s);
	wrong = perform(&s, why);
	curl_mime_free(s.mime);
	curl_slist_free_all(s.headers);
	curl_slist_free_all(s.recipients);
	curl_easy_cleanup(s.curl);
	return wrong;
}
