# Turns data/juz.tsv into C initialisers for the table in common/model/quran.c:
# from_surah, from_ayah, to_surah, to_ayah, both names in English and Arabic,
# first_page, last_page.
BEGIN { FS = "\t" }
/^#/ || $1 == "juz" { next }
{
	printf "{ %d, %d, %d, %d, { \"%s\", \"%s\" }, { \"%s\", \"%s\" }, %d, %d },\n",
	    $2, $3, $4, $5, $6, $8, $7, $9, $10, $11
}
