/* Which passwords somebody would try first who knows what this service is. */
#ifndef KHATMA_GUESS_H
#define KHATMA_GUESS_H

#include <stdbool.h>

/*
 * Whether form, the form in which a password would be searched
 * (utf8_search_form), is made of nothing but words of this service's field,
 * with digits and ASCII signs around and between them: khatma123, "Quran
 * Kareem!", القرآن. A text without any word is not.
 */
bool guess_first(const char *form);

/* Whether form is nothing but digits. */
bool guess_digits(const char *form);

#endif
