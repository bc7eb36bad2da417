/*
 * stopwords.c - the lists. Each is in byte order, which the look-up relies on.
 *
 * They hold articles, pronouns, prepositions, conjunctions, auxiliaries and the
 * commonest adverbs. Left out on purpose: what is also a name or a noun that
 * news turn on. English "us" is missing because of the US.
 */
#include "common/text/stopwords.h"

#include <string.h>

/* clang-format off */
static const char *const arabic[] = {
    "آخر", "أحد", "أكثر", "ألا", "أم", "أما", "أمام", "أن", "أنا", "أنت", "أنتم", "أنه", "أنها",
    "أو", "أول", "أولئك", "أي", "أيضا", "أين", "إذ", "إذا", "إلا", "إلى", "إليه", "إليها", "إن",
    "إنه", "إنها", "التي", "الذي", "الذين", "اللاتي", "اللتان", "اللذان", "اللواتي", "ب", "بأن",
    "بد", "بعد", "بعض", "بل", "بن", "به", "بها", "بهذا", "بهم", "بين", "بينما", "تحت", "تكون",
    "تلك", "ثم", "ثمة", "جدا", "حتى", "حول", "حيث", "خلال", "دون", "ذات", "ذلك", "رغم", "سوف",
    "سوى", "ضد", "ضمن", "على", "عليه", "عليها", "عن", "عند", "عندما", "عنه", "عنها", "غير", "ف",
    "فإن", "فقد", "فقط", "فهو", "فوق", "في", "فيه", "فيها", "قبل", "قد", "ك", "كان", "كانت",
    "كانوا", "كل", "كلا", "كم", "كما", "كيف", "لأن", "لأنه", "لا", "لدى", "لذلك", "لقد", "لكل",
    "لكن", "لكنه", "لم", "لما", "لماذا", "لن", "لنا", "له", "لها", "لهذا", "لهذه", "لهم", "لو",
    "لي", "ليس", "ليست", "ما", "ماذا", "متى", "مثل", "مع", "معه", "معها", "من", "منذ", "منه",
    "منها", "منهم", "مهما", "نحن", "نحو", "هذا", "هذان", "هذه", "هل", "هم", "هما", "هن", "هنا",
    "هناك", "هو", "هي", "و", "وأن", "وإن", "وفي", "وقد", "وكان", "وكانت", "ولا", "ولكن", "ولم",
    "وله", "وما", "ومن", "وهذا", "وهذه", "وهو", "وهي", "يا", "يكون", "يمكن", NULL,
};

static const char *const basque[] = {
    "al", "ala", "alde", "ari", "arte", "artean", "asko", "baina", "baino", "baita", "baizik",
    "bakar", "bakoitz", "bakoitza", "bakoitzak", "bat", "bata", "batean", "batek", "baten", "batez",
    "bati", "batzuei", "batzuek", "batzuetan", "batzuk", "bera", "beraiek", "berak", "berau",
    "berauek", "bere", "berori", "beste", "bi", "da", "dago", "daude", "den", "dezake", "die",
    "dira", "diren", "ditu", "ditugu", "ditut", "dituzte", "du", "duen", "dugu", "dut", "duzu",
    "edo", "ere", "eta", "ez", "gabe", "gainera", "gu", "gutxi", "guzti", "guztia", "guztiak",
    "guztiek", "haiei", "haiek", "haietan", "hainbeste", "hala", "han", "handik", "hango", "hara",
    "hari", "hark", "hartan", "hau", "hauei", "hauek", "hauetan", "hemen", "hemendik", "hemengo",
    "hi", "hona", "honek", "honela", "honetan", "honi", "hor", "hori", "horiei", "horiek",
    "horietan", "horko", "horra", "horrek", "horrela", "horretan", "horri", "hortik", "hura",
    "izan", "izango", "ni", "nik", "noiz", "nola", "non", "nondik", "nongo", "nor", "nora", "nork",
    "oso", "ze", "zein", "zen", "zenbait", "zenbat", "zer", "zergatik", "ziren", "zituen", "zu",
    "zuek", "zuen", "zuten", NULL,
};

static const char *const catalan[] = {
    "a", "abans", "així", "això", "al", "algun", "alguna", "algunes", "alguns", "als", "altra",
    "altre", "altres", "amb", "aquell", "aquella", "aquelles", "aquells", "aquest", "aquesta",
    "aquestes", "aquests", "aquí", "bé", "cada", "com", "contra", "de", "del", "dels", "des",
    "després", "doncs", "durant", "e", "el", "ell", "ella", "elles", "ells", "els", "em", "en",
    "encara", "ens", "entre", "era", "eren", "es", "esta", "estan", "estat", "està", "et", "fins",
    "ha", "han", "havia", "he", "hi", "ho", "i", "ja", "la", "les", "li", "llavors", "lo", "ls",
    "mateix", "mateixa", "mentre", "meu", "meva", "molt", "molta", "moltes", "molts", "més", "na",
    "ne", "ni", "no", "nosaltres", "nostra", "nostre", "o", "on", "per", "perquè", "però", "poc",
    "pot", "potser", "qual", "quals", "qualsevol", "quan", "quant", "que", "qui", "què", "sa", "se",
    "segons", "sense", "ser", "serà", "seu", "seus", "seva", "seves", "si", "sigui", "sobre",
    "sols", "sota", "sí", "sóc", "són", "també", "tan", "tant", "te", "tenir", "tot", "tota",
    "totes", "tots", "tu", "té", "un", "una", "unes", "uns", "us", "va", "van", "vosaltres",
    "vostra", "vostre", "és", NULL,
};

static const char *const danish[] = {
    "ad", "af", "aldrig", "alle", "alt", "anden", "andet", "andre", "at", "begge", "blandt", "blev",
    "blive", "bliver", "da", "de", "dem", "den", "denne", "der", "deres", "det", "dette", "dig",
    "din", "dine", "disse", "dit", "dog", "du", "efter", "eftersom", "ej", "eller", "en", "end",
    "er", "et", "flere", "for", "fordi", "fra", "få", "før", "gennem", "ham", "han", "hans", "har",
    "havde", "have", "heller", "hende", "hendes", "her", "hos", "hun", "hvad", "hvem", "hver",
    "hvilke", "hvilken", "hvis", "hvor", "hvordan", "hvorfor", "i", "ikke", "ind", "ingen", "intet",
    "jeg", "jer", "jeres", "jo", "kan", "kun", "kunne", "man", "mange", "med", "meget", "mellem",
    "men", "mens", "mere", "mig", "min", "mine", "mit", "mod", "må", "måske", "ned", "nej", "nogen",
    "noget", "nogle", "nu", "når", "ofte", "og", "også", "om", "omkring", "op", "os", "over", "på",
    "samme", "sammen", "selv", "ses", "siden", "sig", "sin", "sine", "sit", "skal", "skulle", "som",
    "så", "sådan", "således", "thi", "til", "ud", "uden", "under", "var", "ved", "vi", "vil",
    "ville", "vor", "vores", "være", "været", NULL,
};

static const char *const dutch[] = {
    "aan", "achter", "al", "alle", "alleen", "alles", "als", "altijd", "andere", "anderen", "ben",
    "bij", "binnen", "buiten", "daar", "daarbij", "daardoor", "daarna", "daarom", "dan", "dat",
    "de", "der", "deze", "die", "dit", "doch", "doen", "door", "dus", "echter", "een", "eens", "en",
    "er", "ervan", "geen", "geweest", "had", "hadden", "heb", "hebben", "heeft", "heel", "hem",
    "hen", "het", "hier", "hij", "hoe", "hoewel", "hun", "iemand", "iets", "ik", "in", "indien",
    "is", "ja", "je", "jij", "jou", "jouw", "jullie", "kan", "kon", "konden", "kunnen", "maar",
    "me", "meer", "men", "met", "mij", "mijn", "misschien", "moest", "moet", "moeten", "na", "naar",
    "nadat", "niet", "niets", "nog", "nu", "of", "om", "omdat", "onder", "ons", "onze", "ook", "op",
    "over", "reeds", "sinds", "te", "tegen", "ten", "ter", "terwijl", "tijdens", "toch", "toen",
    "tot", "totdat", "tussen", "u", "uit", "uw", "van", "vanaf", "vanuit", "veel", "volgens",
    "voor", "voordat", "waar", "waarbij", "waarom", "wanneer", "want", "waren", "was", "wat", "we",
    "wel", "welke", "werd", "werden", "wie", "wij", "wilde", "worden", "wordt", "zal", "ze", "zelf",
    "zelfs", "zich", "zij", "zijn", "zo", "zoals", "zodat", "zonder", "zou", "zouden", "zowel",
    NULL,
};

static const char *const english[] = {
    "a", "about", "above", "after", "again", "against", "all", "almost", "also", "although",
    "always", "am", "among", "an", "and", "another", "any", "anybody", "anyone", "anything", "are",
    "aren't", "around", "as", "at", "be", "because", "been", "before", "being", "below", "between",
    "both", "but", "by", "can", "can't", "cannot", "could", "couldn't", "did", "didn't", "do",
    "does", "doesn't", "doing", "don't", "down", "during", "each", "either", "else", "ever",
    "every", "everybody", "everyone", "everything", "few", "for", "from", "further", "had",
    "hadn't", "has", "hasn't", "have", "haven't", "having", "he", "he'd", "he'll", "he's", "her",
    "here", "here's", "hers", "herself", "him", "himself", "his", "how", "however", "i", "i'd",
    "i'll", "i'm", "i've", "if", "in", "into", "is", "isn't", "it", "it'd", "it'll", "it's", "its",
    "itself", "just", "let's", "may", "me", "might", "mine", "more", "most", "much", "must",
    "mustn't", "my", "myself", "neither", "no", "nobody", "none", "nor", "not", "nothing", "now",
    "of", "off", "on", "once", "one", "only", "onto", "or", "other", "others", "ought", "our",
    "ours", "ourselves", "out", "over", "own", "per", "rather", "same", "shall", "shan't", "she",
    "she'd", "she'll", "she's", "should", "shouldn't", "since", "so", "some", "somebody", "someone",
    "something", "still", "such", "than", "that", "that'll", "that's", "the", "their", "theirs",
    "them", "themselves", "then", "there", "there'd", "there's", "therefore", "these", "they",
    "they'd", "they'll", "they're", "they've", "this", "those", "though", "through", "thus", "to",
    "too", "toward", "towards", "under", "until", "up", "upon", "very", "via", "was", "wasn't",
    "we", "we'd", "we'll", "we're", "we've", "were", "weren't", "what", "what's", "when", "when's",
    "where", "where's", "whether", "which", "while", "who", "who'd", "who'll", "who's", "whom",
    "whose", "why", "will", "with", "within", "without", "won't", "would", "wouldn't", "yet", "you",
    "you'd", "you'll", "you're", "you've", "your", "yours", "yourself", "yourselves", NULL,
};

static const char *const finnish[] = {
    "ehkä", "ei", "eikä", "eivät", "eli", "elleivät", "emme", "en", "ennen", "et", "ette", "että",
    "he", "heidän", "heidät", "heihin", "heille", "heiltä", "heissä", "heistä", "heitä", "hän",
    "häneen", "hänelle", "häneltä", "hänen", "hänessä", "hänestä", "hänet", "häntä", "itse", "ja",
    "jo", "joiden", "joihin", "joilla", "joille", "joista", "joita", "joka", "jokin", "joko",
    "jolla", "jolle", "jolloin", "jonka", "jos", "joskus", "jossa", "josta", "jota", "jotka",
    "jotta", "juuri", "kaikki", "kanssa", "kautta", "ken", "koko", "koska", "kuin", "kuinka",
    "kuitenkin", "kuka", "kun", "kuten", "kyllä", "me", "meidän", "meidät", "meihin", "meille",
    "meiltä", "meissä", "meistä", "meitä", "mikä", "mikäli", "minua", "minulla", "minulle", "minun",
    "minut", "minä", "missä", "mistä", "mitä", "mitään", "mukaan", "mutta", "muu", "muut", "myös",
    "myöten", "ne", "niiden", "niihin", "niille", "niillä", "niin", "niistä", "niitä", "no", "noin",
    "nyt", "näiden", "näihin", "näillä", "näissä", "näistä", "näitä", "nämä", "ole", "olemme",
    "olen", "olet", "olette", "oli", "olimme", "olin", "olisi", "olisivat", "olit", "olivat",
    "olla", "olleet", "ollut", "on", "ovat", "paitsi", "se", "sekä", "sen", "siellä", "siihen",
    "siinä", "siitä", "sille", "sillä", "silti", "sinua", "sinulle", "sinun", "sinut", "sinä",
    "sitä", "tai", "te", "teidän", "teidät", "teille", "tähän", "tälle", "tällä", "tämä", "tämän",
    "tässä", "tästä", "tätä", "vaan", "vai", "vaikka", "vain", "vielä", "voi", "voivat", "yli",
    NULL,
};

static const char *const french[] = {
    "afin", "ai", "ainsi", "alors", "après", "as", "au", "aucun", "aucune", "aujourd'hui", "auquel",
    "aura", "auraient", "aurait", "auront", "aussi", "autre", "autres", "aux", "auxquelles",
    "auxquels", "avaient", "avais", "avait", "avant", "avec", "avez", "aviez", "avions", "avoir",
    "avons", "ayant", "c", "car", "ce", "ceci", "cela", "celle", "celles", "celui", "cependant",
    "ces", "cet", "cette", "ceux", "chaque", "chez", "ci", "comme", "comment", "d", "dans", "de",
    "depuis", "des", "desquelles", "desquels", "donc", "dont", "du", "duquel", "dès", "elle",
    "elles", "en", "encore", "entre", "es", "est", "et", "eu", "eut", "eux", "fait", "font",
    "furent", "fut", "ici", "il", "ils", "j", "je", "l", "la", "laquelle", "le", "lequel", "les",
    "lesquelles", "lesquels", "leur", "leurs", "lors", "lorsque", "lui", "là", "m", "ma", "mais",
    "me", "mes", "moi", "moins", "mon", "même", "mêmes", "n", "ne", "ni", "non", "nos", "notre",
    "nous", "on", "ont", "ou", "où", "par", "parce", "parmi", "pas", "pendant", "peu", "peut",
    "peuvent", "plus", "plusieurs", "pour", "pourquoi", "puis", "qu", "quand", "que", "quel",
    "quelle", "quelles", "quelque", "quelques", "quels", "qui", "quoi", "s", "sa", "sans", "se",
    "selon", "sera", "seraient", "serait", "seront", "ses", "si", "sien", "sienne", "soi", "soit",
    "sommes", "son", "sont", "sous", "suis", "sur", "t", "ta", "tandis", "te", "tel", "telle",
    "telles", "tels", "tes", "toi", "ton", "tous", "tout", "toute", "toutes", "trop", "très", "tu",
    "un", "une", "vers", "voici", "voilà", "vos", "votre", "vous", "y", "à", "ça", "étaient",
    "étais", "était", "étant", "été", "êtes", "être", NULL,
};

static const char *const german[] = {
    "aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "ander",
    "andere", "anderem", "anderen", "anderer", "anderes", "auch", "auf", "aus", "bei", "beim",
    "bin", "bis", "bist", "da", "dabei", "dadurch", "dafür", "dagegen", "daher", "damit", "danach",
    "dann", "daran", "darauf", "daraus", "darin", "darum", "darüber", "das", "dass", "dasselbe",
    "davon", "davor", "dazu", "dein", "deine", "deinem", "deinen", "deiner", "dem", "demselben",
    "den", "denen", "denn", "denselben", "der", "deren", "derer", "derselbe", "des", "deshalb",
    "desselben", "dessen", "dich", "die", "dies", "diese", "dieselbe", "dieselben", "diesem",
    "diesen", "dieser", "dieses", "dir", "doch", "dort", "du", "durch", "ein", "eine", "einem",
    "einen", "einer", "eines", "einige", "einigem", "einigen", "einiger", "einiges", "einmal", "er",
    "es", "etwa", "etwas", "euch", "euer", "eure", "eurem", "euren", "eurer", "für", "gegen",
    "habe", "haben", "hat", "hatte", "hatten", "hattest", "hier", "hin", "hinter", "ich", "ihm",
    "ihn", "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "im", "in", "indem", "ins", "ist",
    "ja", "jede", "jedem", "jeden", "jeder", "jedes", "jedoch", "jene", "jenem", "jenen", "jener",
    "jenes", "jetzt", "kann", "kannst", "kein", "keine", "keinem", "keinen", "keiner", "können",
    "könnte", "könnten", "man", "manche", "manchem", "manchen", "mancher", "manches", "mehr",
    "mein", "meine", "meinem", "meinen", "meiner", "mich", "mir", "mit", "muss", "musste", "müssen",
    "nach", "nicht", "nichts", "noch", "nun", "nur", "ob", "oder", "ohne", "schon", "sehr", "sein",
    "seine", "seinem", "seinen", "seiner", "seit", "selbst", "sich", "sie", "sind", "so", "solche",
    "solchem", "solchen", "solcher", "solches", "soll", "sollen", "sollte", "sollten", "sondern",
    "sonst", "sowie", "um", "und", "uns", "unser", "unsere", "unserem", "unseren", "unserer",
    "unter", "viel", "vom", "von", "vor", "war", "waren", "warst", "was", "weg", "weil", "weiter",
    "welche", "welchem", "welchen", "welcher", "welches", "wenn", "wer", "werde", "werden",
    "weshalb", "wie", "wieder", "will", "wir", "wird", "wo", "wollen", "wollte", "wollten", "wurde",
    "wurden", "während", "würde", "würden", "zu", "zum", "zur", "zwar", "zwischen", "über", NULL,
};

static const char *const hungarian[] = {
    "a", "abban", "ahhoz", "ahogy", "ahol", "aki", "akik", "akkor", "alatt", "amely", "amelyek",
    "amelyet", "amelynek", "ami", "amikor", "amit", "amíg", "annak", "arra", "az", "azok", "azon",
    "azonban", "azt", "aztán", "azután", "azzal", "azért", "be", "belül", "benne", "bár", "csak",
    "csupán", "de", "e", "ebben", "egy", "egyes", "egyik", "egyre", "egyéb", "egész", "el",
    "elsősorban", "elé", "előtt", "ennek", "erre", "esetében", "ez", "ezek", "ezen", "ezt", "ezzel",
    "ezért", "fel", "felé", "hanem", "hiszen", "hogy", "hogyan", "igen", "illetve", "inkább", "is",
    "ismét", "itt", "jól", "kell", "kellett", "keresztül", "ki", "kívül", "között", "közül", "le",
    "legalább", "lehet", "lehetett", "lesz", "lett", "maga", "magát", "majd", "meg", "mellett",
    "mely", "melyek", "mert", "mi", "miatt", "mikor", "milyen", "mind", "minden", "mint", "mintha",
    "mit", "mivel", "most", "már", "más", "másik", "még", "míg", "nagyon", "ne", "nekem", "neki",
    "nem", "nincs", "néha", "nélkül", "olyan", "ott", "pedig", "persze", "rá", "s", "saját", "sem",
    "semmi", "sok", "sokkal", "szemben", "szerint", "szinte", "számára", "talán", "tehát", "teljes",
    "tovább", "továbbá", "több", "ugyan", "ugyanis", "után", "utána", "vagy", "vagyis", "vagyok",
    "valaki", "valami", "valamint", "való", "van", "vannak", "vele", "viszont", "volna", "volt",
    "voltak", "voltam", "által", "általában", "át", "és", "így", "össze", "úgy", "ő", "ők", "őket",
    NULL,
};

static const char *const italian[] = {
    "a", "abbia", "abbiamo", "abbiano", "ad", "agli", "ai", "al", "alla", "alle", "allo", "allora",
    "altra", "altre", "altri", "altro", "anche", "ancora", "avere", "aveva", "avevano", "avevo",
    "avrebbe", "avrà", "c", "che", "chi", "ci", "ciò", "coi", "col", "come", "con", "contro",
    "cosa", "così", "cui", "d", "da", "dagli", "dai", "dal", "dalla", "dalle", "dallo", "degli",
    "dei", "del", "della", "delle", "dello", "dentro", "di", "dopo", "dove", "dunque", "durante",
    "e", "ed", "egli", "era", "erano", "essa", "esse", "essendo", "essere", "essi", "ex", "fa",
    "fino", "fra", "fu", "fuori", "furono", "già", "gli", "ha", "hai", "hanno", "ho", "i", "il",
    "in", "infatti", "io", "l", "la", "le", "lei", "li", "lo", "loro", "lui", "là", "ma", "me",
    "mentre", "mi", "mia", "mie", "miei", "mio", "molti", "molto", "ne", "negli", "nei", "nel",
    "nella", "nelle", "nello", "no", "noi", "non", "nostra", "nostre", "nostri", "nostro", "né",
    "o", "od", "ogni", "oltre", "oppure", "ora", "per", "perché", "però", "più", "poco", "poi",
    "presso", "prima", "proprio", "può", "qua", "quale", "quali", "quando", "quanta", "quanti",
    "quanto", "quasi", "quel", "quella", "quelle", "quelli", "quello", "questa", "queste", "questi",
    "questo", "qui", "quindi", "sarebbe", "sarà", "se", "sei", "senza", "si", "sia", "siamo",
    "siano", "siete", "sono", "sopra", "sotto", "sta", "stata", "state", "stati", "stato", "stesso",
    "su", "sua", "sue", "sugli", "sui", "sul", "sulla", "sulle", "sullo", "suo", "suoi", "sé",
    "tra", "tu", "tua", "tue", "tuo", "tuoi", "tutta", "tutte", "tutti", "tutto", "un", "una",
    "uno", "verso", "vi", "voi", "vostra", "vostro", "è", NULL,
};

static const char *const norwegian[] = {
    "alle", "at", "av", "bare", "begge", "ble", "blei", "bli", "blir", "blitt", "både", "da", "de",
    "deg", "dei", "deim", "deira", "dem", "den", "denne", "der", "deres", "det", "dette", "di",
    "din", "disse", "ditt", "du", "dykk", "dykkar", "då", "eg", "ein", "eit", "eitt", "eller",
    "elles", "en", "enn", "er", "et", "ett", "etter", "for", "fordi", "fra", "før", "ha", "hadde",
    "han", "hans", "har", "hennar", "henne", "hennes", "her", "hjå", "ho", "hoe", "honom", "hoss",
    "hun", "hva", "hvem", "hver", "hvilke", "hvilken", "hvis", "hvor", "hvordan", "hvorfor", "i",
    "ikke", "ikkje", "ingen", "ingi", "inn", "inni", "ja", "jeg", "kan", "kom", "korleis", "korso",
    "kun", "kunne", "kva", "kvar", "kvarhelst", "kven", "kvi", "kvifor", "man", "mange", "me",
    "med", "medan", "meg", "meget", "mellom", "men", "mens", "mer", "mi", "min", "mine", "mitt",
    "mot", "mykje", "må", "ned", "no", "noe", "noen", "noka", "noko", "nokon", "nokor", "nokre",
    "nå", "når", "og", "også", "om", "opp", "oss", "over", "på", "samme", "seg", "selv", "si",
    "sia", "sidan", "siden", "sin", "sine", "sitt", "sjøl", "skal", "skulle", "slik", "so", "som",
    "somme", "somt", "så", "sånn", "til", "um", "under", "upp", "ut", "uten", "var", "vart",
    "varte", "ved", "vere", "verte", "vi", "vil", "ville", "vore", "vors", "vort", "vår", "være",
    "vært", "å", NULL,
};

static const char *const portuguese[] = {
    "a", "ainda", "algum", "alguma", "algumas", "alguns", "ali", "além", "ante", "antes", "ao",
    "aos", "após", "aquela", "aquelas", "aquele", "aqueles", "aqui", "aquilo", "as", "assim", "até",
    "cada", "com", "como", "contra", "cuja", "cujo", "da", "daquela", "daquele", "das", "de",
    "dela", "delas", "dele", "deles", "depois", "desde", "dessa", "desse", "desta", "deste", "deve",
    "do", "dos", "durante", "e", "ela", "elas", "ele", "eles", "em", "enquanto", "entre", "era",
    "eram", "essa", "essas", "esse", "esses", "esta", "estar", "estas", "estava", "estavam", "este",
    "estes", "esteve", "estou", "está", "estão", "eu", "foi", "for", "foram", "fosse", "haja", "há",
    "isso", "isto", "já", "la", "lhe", "lhes", "lo", "logo", "mais", "mas", "me", "mesma", "mesmas",
    "mesmo", "mesmos", "meu", "meus", "mim", "minha", "minhas", "muita", "muitas", "muito",
    "muitos", "na", "nada", "nas", "nem", "nenhum", "nenhuma", "nessa", "nesse", "nesta", "neste",
    "ninguém", "no", "nos", "nossa", "nossas", "nosso", "nossos", "num", "numa", "não", "nós", "o",
    "onde", "os", "ou", "outra", "outras", "outro", "outros", "para", "pela", "pelas", "pelo",
    "pelos", "pois", "por", "porque", "porém", "quais", "qual", "qualquer", "quando", "quanto",
    "que", "quem", "quê", "se", "seja", "sejam", "sem", "sempre", "sendo", "ser", "será", "serão",
    "seu", "seus", "si", "sido", "sob", "sobre", "somos", "sua", "suas", "são", "também", "te",
    "tem", "ter", "teu", "teus", "teve", "tinha", "tinham", "toda", "todas", "todavia", "todo",
    "todos", "tu", "tua", "tudo", "tão", "têm", "um", "uma", "umas", "uns", "você", "vocês", "vos",
    "à", "às", "é", NULL,
};

static const char *const romanian[] = {
    "a", "abia", "acea", "aceasta", "această", "aceea", "acei", "aceia", "acel", "acela", "acele",
    "acelea", "acest", "acesta", "aceste", "acestea", "acestei", "acestor", "acestora", "acestui",
    "aceşti", "aceştia", "acolo", "acum", "ai", "aia", "aici", "al", "ale", "alt", "alta", "alte",
    "altul", "altă", "alţi", "am", "ar", "are", "asta", "astfel", "asupra", "atunci", "atât", "au",
    "avea", "avem", "aveţi", "avut", "aş", "aşa", "ca", "care", "ce", "cea", "ceea", "cei", "cel",
    "cele", "celor", "ceva", "chiar", "ci", "cine", "cu", "cum", "cumva", "când", "cât", "câte",
    "că", "cărei", "căror", "cărui", "către", "dacă", "dar", "de", "deci", "decât", "deja",
    "deoarece", "despre", "deşi", "din", "dintr", "dintre", "doar", "după", "e", "ea", "ei", "el",
    "ele", "era", "erau", "este", "eu", "există", "fi", "fie", "fiecare", "fiind", "foarte", "fost",
    "fără", "i", "iar", "l", "la", "le", "li", "lor", "lui", "mai", "mea", "mei", "meu", "mi",
    "mult", "multă", "mulţi", "n", "ne", "nici", "niciodată", "nimic", "nişte", "noastră", "noi",
    "nostru", "noştri", "nu", "o", "ori", "oricare", "orice", "oricine", "pe", "pentru", "peste",
    "poate", "pot", "prea", "prin", "printr", "până", "s", "sa", "se", "sub", "sunt", "să", "săi",
    "său", "t", "ta", "te", "toate", "toată", "tot", "totul", "totuşi", "toţi", "tu", "tău", "un",
    "una", "unde", "unei", "unele", "uneori", "unii", "unor", "unui", "unul", "v", "va", "vi",
    "voi", "vor", "vostru", "vouă", "vă", "îi", "îl", "în", "înainte", "încă", "într", "între",
    "îşi", "şi", NULL,
};

static const char *const russian[] = {
    "а", "без", "более", "больше", "будет", "будто", "будут", "бы", "был", "была", "были", "было",
    "быть", "в", "вам", "вами", "вас", "ваш", "ваша", "ваше", "ваши", "ведь", "весь", "во", "вот",
    "впрочем", "все", "всегда", "всего", "всей", "всем", "всеми", "всему", "всех", "всю", "вся",
    "всё", "вы", "где", "да", "даже", "для", "до", "другие", "другой", "его", "ее", "ей", "ему",
    "если", "есть", "еще", "ещё", "её", "ж", "же", "за", "здесь", "и", "из", "или", "им", "ими",
    "иногда", "их", "к", "каждый", "как", "какая", "какой", "когда", "которая", "которого",
    "которое", "которой", "котором", "которому", "которые", "который", "которым", "которых", "кто",
    "куда", "ли", "лишь", "между", "меня", "мне", "многие", "мной", "мог", "могут", "может",
    "можно", "мой", "моя", "мы", "на", "над", "надо", "нас", "наш", "наша", "наше", "наши", "не",
    "него", "нее", "ней", "нельзя", "нем", "нему", "нет", "нею", "неё", "ни", "нибудь", "никогда",
    "ним", "ними", "них", "ничего", "но", "ну", "нём", "о", "об", "однако", "около", "он", "она",
    "они", "оно", "от", "перед", "по", "под", "после", "потом", "потому", "при", "про", "раз", "с",
    "сам", "сама", "сами", "само", "самый", "свое", "своего", "своей", "своем", "своему", "свои",
    "своим", "своими", "своих", "свой", "свою", "своя", "своё", "своём", "себе", "себя", "со",
    "совсем", "так", "такая", "также", "такие", "такое", "такой", "там", "те", "тебе", "тебя",
    "тем", "теми", "теперь", "тех", "то", "тобой", "тоже", "той", "только", "том", "тому", "тот",
    "тою", "ту", "тут", "ты", "у", "уже", "хотя", "чего", "чем", "через", "что", "чтоб", "чтобы",
    "чуть", "эта", "эти", "этим", "этими", "этих", "это", "этого", "этой", "этом", "этому", "этот",
    "эту", "я", NULL,
};

static const char *const spanish[] = {
    "a", "al", "algo", "alguna", "algunas", "alguno", "algunos", "algún", "ante", "antes", "aquel",
    "aquella", "aquellas", "aquello", "aquellos", "aquí", "así", "aunque", "aún", "cada", "como",
    "con", "contra", "cual", "cuales", "cuando", "cuanto", "de", "del", "desde", "donde", "dos",
    "durante", "e", "el", "ella", "ellas", "ello", "ellos", "en", "entonces", "entre", "era",
    "eran", "eras", "es", "esa", "esas", "ese", "eso", "esos", "esta", "estaba", "estaban",
    "estado", "estar", "estas", "este", "esto", "estos", "estoy", "estuvo", "está", "están", "fue",
    "fueron", "ha", "había", "habían", "han", "hasta", "hay", "haya", "he", "la", "las", "le",
    "les", "lo", "los", "me", "mi", "mientras", "mis", "misma", "mismas", "mismo", "mismos",
    "mucha", "muchas", "mucho", "muchos", "muy", "más", "mí", "nada", "ni", "no", "nos", "nosotras",
    "nosotros", "nuestra", "nuestras", "nuestro", "nuestros", "o", "os", "otra", "otras", "otro",
    "otros", "para", "pero", "poco", "por", "porque", "pues", "que", "quien", "quienes", "quién",
    "qué", "se", "sea", "sean", "según", "ser", "si", "sido", "siempre", "sin", "sino", "sobre",
    "son", "su", "sus", "suya", "suyas", "suyo", "suyos", "sí", "también", "tampoco", "tan",
    "tanto", "te", "tenía", "ti", "tiene", "tienen", "toda", "todas", "todavía", "todo", "todos",
    "tu", "tus", "tuvo", "tú", "u", "un", "una", "unas", "uno", "unos", "usted", "ustedes",
    "vosotras", "vosotros", "vuestra", "vuestro", "y", "ya", "yo", "él", NULL,
};

static const char *const swedish[] = {
    "alla", "allt", "alltså", "andra", "att", "av", "bara", "blev", "bli", "blir", "blivit", "de",
    "dem", "den", "denna", "deras", "dess", "dessa", "det", "detta", "dig", "din", "dina", "ditt",
    "dock", "du", "där", "därför", "då", "efter", "eftersom", "eller", "en", "er", "era", "ert",
    "ett", "finns", "från", "för", "före", "genom", "ha", "hade", "han", "hans", "har", "hela",
    "henne", "hennes", "hon", "honom", "hur", "här", "i", "icke", "in", "ingen", "inget", "inom",
    "inte", "ja", "jag", "kan", "kommer", "kunde", "kunna", "man", "med", "medan", "mellan", "men",
    "mer", "mig", "min", "mina", "mitt", "mot", "mycket", "måste", "ni", "nu", "när", "någon",
    "något", "några", "och", "också", "om", "oss", "på", "redan", "samma", "sedan", "sig", "sin",
    "sina", "sitt", "ska", "skall", "skulle", "som", "så", "sådan", "sådana", "sådant", "till",
    "trots", "under", "upp", "ut", "utan", "vad", "var", "vara", "varför", "varit", "varje", "vart",
    "vem", "vems", "vi", "vid", "vilka", "vilken", "vilket", "vill", "vår", "våra", "vårt", "än",
    "är", "även", "åt", "över", NULL,
};

static const char *const turkish[] = {
    "acaba", "ama", "ancak", "artık", "asla", "aslında", "az", "bana", "bazen", "bazı", "belki",
    "ben", "benden", "beni", "benim", "beri", "bile", "bir", "biraz", "biri", "birkaç", "birçok",
    "birşey", "biz", "bizden", "bize", "bizi", "bizim", "bu", "buna", "bunda", "bundan", "bunlar",
    "bunları", "bunların", "bunu", "bunun", "burada", "da", "daha", "de", "defa", "değil", "diye",
    "diğer", "dolayı", "en", "eğer", "fakat", "gibi", "göre", "hala", "hangi", "hatta", "hem",
    "henüz", "hep", "hepsi", "her", "herhangi", "herkes", "hiç", "hiçbir", "ile", "ilgili", "ise",
    "itibaren", "için", "işte", "kadar", "karşı", "kendi", "kendine", "kendini", "kez", "ki", "kim",
    "kimse", "mi", "mu", "mü", "mı", "nasıl", "ne", "neden", "nedenle", "nerede", "nereye", "niye",
    "niçin", "o", "olan", "olarak", "oldu", "olduğu", "olduğunu", "olsa", "olup", "olur", "ona",
    "ondan", "onlar", "onlardan", "onları", "onların", "onu", "onun", "oysa", "pek", "rağmen",
    "sadece", "sanki", "sen", "senden", "seni", "senin", "siz", "sizden", "size", "sizi", "sizin",
    "sonra", "tarafından", "tüm", "var", "ve", "veya", "ya", "yani", "yine", "yok", "zaten", "çok",
    "çünkü", "öyle", "üzere", "şey", "şu", "şuna", "şunu", NULL,
};

/* clang-format on */

struct list {
    const char *language;
    const char *const *words;
    size_t count;
};

#define WORDS(list) list, sizeof(list) / sizeof(*list) - 1

static const struct list lists[] = {
    {"arabic", WORDS(arabic)},     {"basque", WORDS(basque)},
    {"catalan", WORDS(catalan)},   {"danish", WORDS(danish)},
    {"dutch", WORDS(dutch)},       {"english", WORDS(english)},
    {"finnish", WORDS(finnish)},   {"french", WORDS(french)},
    {"german", WORDS(german)},     {"hungarian", WORDS(hungarian)},
    {"italian", WORDS(italian)},   {"norwegian", WORDS(norwegian)},
    {"porter", WORDS(english)},    {"portuguese", WORDS(portuguese)},
    {"romanian", WORDS(romanian)}, {"russian", WORDS(russian)},
    {"spanish", WORDS(spanish)},   {"swedish", WORDS(swedish)},
    {"turkish", WORDS(turkish)},
};

static const struct list *list_of(const char *language)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].language, language) == 0)
            return &lists[i];
    return NULL;
}

const char *const *stopwords_of(const char *language, size_t *count)
{
    static const char *const nothing[] = {NULL};
    const struct list *list = list_of(language);
    if (count)
        *count = list ? list->count : 0;
    return list ? list->words : nothing;
}

/* strcmp against a word that is not terminated. */
static int compare(const char *entry, const char *word, size_t len)
{
    int order = strncmp(entry, word, len);
    return order != 0 ? order : entry[len] != '\0';
}

bool stopword_is(const char *language, const char *folded_word, size_t len)
{
    size_t low = 0, high;
    const char *const *words = stopwords_of(language, &high);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(words[middle], folded_word, len);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
