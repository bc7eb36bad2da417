// Lucene.java - Lucene's lists of similar articles and its search, for quality.sh.
//
//     lists CORPUS N            each article's N most similar: id, rank, other id, similarity
//     run CORPUS QUERIES DEPTH  a TREC run of the queries (id TAB words)
//
// CORPUS is JSON Lines. Title and body are one field, analysed as English; MoreLikeThis has
// its defaults of 25 terms and no weights, but takes any term of two articles or more (its
// own limits of 2 occurrences and 5 articles leave short articles without a list). The
// similarity is the square root of the score divided by the article's own.
import java.io.StringReader;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.queries.mlt.MoreLikeThis;
import org.apache.lucene.search.*;
import org.apache.lucene.store.*;

public class Lucene {
    private static final Analyzer ANALYZER = new EnglishAnalyzer();

    public static void main(String[] args) throws Exception {
        try (Directory directory = new ByteBuffersDirectory()) {
            List<String> texts = index(directory, Paths.get(args[1]));
            try (IndexReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                if (args[0].equals("lists"))
                    lists(reader, searcher, texts, Integer.parseInt(args[2]));
                else
                    run(searcher, Paths.get(args[2]), Integer.parseInt(args[3]));
            }
        }
    }

    private static List<String> index(Directory directory, Path corpus) throws Exception {
        List<String> texts = new ArrayList<>();
        IndexWriterConfig config = new IndexWriterConfig(ANALYZER);
        config.setMergePolicy(new LogDocMergePolicy()); // keeps the order of the articles
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (String line : Files.readAllLines(corpus)) {
                Map<String, String> article = members(line);
                String text = article.getOrDefault("title", "") + "\n" + article.getOrDefault("body", "");
                Document document = new Document();
                document.add(new StoredField("id", article.getOrDefault("id", "")));
                document.add(new TextField("text", text, Field.Store.NO));
                writer.addDocument(document);
                texts.add(text);
            }
            writer.forceMerge(1);
        }
        return texts;
    }

    private static void lists(IndexReader reader, IndexSearcher searcher, List<String> texts, int n)
            throws Exception {
        MoreLikeThis like = new MoreLikeThis(reader);
        like.setAnalyzer(ANALYZER);
        like.setFieldNames(new String[] {"text"});
        like.setMinTermFreq(1);
        like.setMinDocFreq(2);
        for (int doc = 0; doc < reader.maxDoc(); doc++) {
            Query query = like.like("text", new StringReader(texts.get(doc)));
            float own = searcher.explain(query, doc).getValue().floatValue();
            int rank = 0;
            for (ScoreDoc hit : searcher.search(query, n + 1).scoreDocs)
                if (hit.doc != doc && rank < n)
                    System.out.printf(Locale.ROOT, "%s\t%d\t%s\t%.6f%n", id(searcher, doc), ++rank,
                            id(searcher, hit.doc), Math.sqrt(Math.min(1, hit.score / own)));
        }
    }

    private static void run(IndexSearcher searcher, Path queries, int depth) throws Exception {
        for (String line : Files.readAllLines(queries)) {
            String[] columns = line.split("\t", 2);
            int rank = 0;
            for (ScoreDoc hit : searcher.search(query(columns[1]), depth).scoreDocs)
                System.out.printf(Locale.ROOT, "%s Q0 %s %d %.6f lucene%n", columns[0],
                        id(searcher, hit.doc), ++rank, hit.score);
        }
    }

    private static Query query(String words) throws Exception {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        try (var tokens = ANALYZER.tokenStream("text", words)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken())
                builder.add(new TermQuery(new Term("text", term.toString())), BooleanClause.Occur.SHOULD);
        }
        return builder.build();
    }

    private static String id(IndexSearcher searcher, int doc) throws Exception {
        return searcher.doc(doc).get("id");
    }

    // ---- the members of a JSON object whose values are strings ----

    private static Map<String, String> members(String json) {
        Map<String, String> members = new HashMap<>();
        int[] at = {0};
        String name = null;
        while (at[0] < json.length()) {
            char c = json.charAt(at[0]++);
            if (c == ',' || c == '{')
                name = null;
            if (c != '"')
                continue;
            String text = string(json, at);
            if (name == null)
                name = text;
            else
                members.put(name, text);
        }
        return members;
    }

    // From behind the opening quote to behind the closing one.
    private static String string(String json, int[] at) {
        StringBuilder text = new StringBuilder();
        for (char c; (c = json.charAt(at[0]++)) != '"';)
            text.append(c == '\\' ? escaped(json, at) : c);
        return text.toString();
    }

    private static char escaped(String json, int[] at) {
        char c = json.charAt(at[0]++);
        if (c == 'u') {
            at[0] += 4;
            return (char) Integer.parseInt(json.substring(at[0] - 4, at[0]), 16);
        }
        int which = "nrtbf".indexOf(c);
        return which < 0 ? c : "\n\r\t\b\f".charAt(which);
    }
}
