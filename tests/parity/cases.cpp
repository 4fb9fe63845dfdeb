#include "cases.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <random>

namespace newsgpu::parity {

namespace {

using std::literals::operator""s;

std::string repeat(std::string const& text, int times) {
    std::string made;
    for (int i = 0; i < times; ++i) {
        made += text;
    }
    return made;
}

std::string all_of_ascii() {
    std::string text;
    for (int letter = 0; letter < 128; ++letter) {
        text += static_cast<char>(letter);
    }
    return text;
}

/// Words of eight bytes, each behind a longer one that begins with it.
std::string words_in_words() {
    std::string text;
    for (int i = 0; i < 60; ++i) {
        auto const word = std::to_string(10'000'000 + i * 7919);
        text += word + "ab " + word + " ";
    }
    return text;
}

/// What a tile has to get right at its edges: white space of one to three bytes, code points of every length,
/// ill-formed bytes of every sort, and what joins, parts and is looked up in words.
std::vector<std::string> const& sequences() {
    static std::vector<std::string> const all{
        " ",
        "\n",
        "\u00A0", // no-break space, C2 A0
        "\u00E9",
        "\u0085", // next line: white space though a control
        "\u2003", // em space, E2 80 83
        "\u205F", // mathematical space, E2 81 9F
        "\u1680", // Ogham space, E1 9A 80
        "\u3000", // ideographic space, E3 80 80
        "\u3001", // E3 80 81: no white space
        "\u201C", // E2 80 9C: no white space
        "\u4E2D",
        "\U0001F600",
        "\xE3\x80", // an ideographic space cut short
        "\xC2",
        "\xF0\x9F\x98",
        "\xED\xA0\x80", // a surrogate
        "\xE0\x9F\x80", // overlong
        "\xF0\x8F\x80\x80",
        "\xF4\x90\x80\x80", // beyond U+10FFFF
        "\xC0\xA0",
        "\xF5\x80\x80\x80",
        "\x80\x80\x80\x80\x80",
        "\xFF",
        "\x1F\x1C\x7F\x08\x0E",
        "\0"s,
        "1",
        "'",
        "b'c",
        "_",
        "..",
        "3,141.59",
        "\r\n",
        "won\u2019t", // a Mid character of three bytes
        "\u2019",
        "1\u066C2", // Arabic thousands separator: a Mid character of two bytes
        "\u0130i",  // lowers to two characters
        "\u0301",
        "\u0301\u0301\uFE0F",
        "\u203F",          // a connector of three bytes
        "\u05D0\"\u05D1'", // Hebrew letters with both quotes
        "\U0001F1E9\U0001F1EA\U0001F1EB",
        "\U0001F468\u200D\U0001F469",
        "\u2028",
        "\u3000\u3000",
        "\uD55C\uAD6D\uC5B4",
        "\u4E0A\u6D77\u6D77\u4E0A",                   // Shanghai, at sea
        "\u4E2D\u534E\u4EBA\u6C11\u5171\u548C\u56FD", // a word of seven characters
        "\u83AB\u6851\u6BD4\u514B",                   // Mozambique: no two of the characters are a word
        "\u2E80\u3005",                               // radicals
        "\u4DC0",                                     // a hexagram, beside Han
        "\xE5\x9B",                                   // Han cut short
        "\u306B\u3042\u308B",
        "\u30AB\u30BF", // a group of katakana
        "\u30AB_",      // for ICU, like all to the end of this list
        "\u304B\u3099",
        "\uFF76\uFF9E",
        "\u0E44\u0E17\u0E22",
        "\u3231",
        // What forms change: longer and shorter, to nothing, and by what stands beside it.
        "\u00C9",
        "\uFDFA",             // 3 bytes, 33 in NFKC
        "\uFF21",             // full-width
        "\u00AD",             // soft hyphen: nothing in NFKC_Casefold
        "\u0130",             // two code points in lower case
        "e\u0301",            // composes
        "a\u0323\u0302",      // in order, composes twice
        "a\u0302\u0323",      // out of order
        "x\u0315\u0316",      // out of order, none composes
        "\u0958\u0334",       // a mark that goes into what the letter becomes
        "\u0915\u094D\u0937", // Devanagari: joins, and stays
        "\u0928\u093C",       // composes
        "\u1112\u1161\u11AB", // jamo
        "\uAC00\u11A8",
        "\u0E01\u0E38\u0E48", // Thai: two marks in order
        "\xE4\u0301",         // ill-formed before a mark
        "A\u03A3",            // a final sigma, or not
        "\u03A3",
    };
    return all;
}

constexpr std::int64_t word_bytes = 32;
constexpr std::int64_t tile_bytes = 960;
/// Bytes before and behind a sequence that a rule may look at.
constexpr int reach = 5;

test_case named(std::string name) {
    test_case made;
    made.name = std::move(name);
    return made;
}

test_case one_document(std::string name, std::string const& text) {
    auto made = named(std::move(name));
    made.column.push_back(text);
    return made;
}

/// Every sequence at every place around the edges of words or tiles, or a share of the places, in one
/// document.
test_case around_edges(std::int64_t spacing, share places) {
    std::string text;
    std::int64_t edge = spacing;
    std::size_t place = 0;
    for (auto const& sequence : sequences()) {
        for (int shift = -std::max(reach, static_cast<int>(sequence.size()) + 1); shift <= 1; ++shift) {
            if (!places.has(place++)) {
                continue;
            }
            text.resize(static_cast<std::size_t>(edge + shift), 'a');
            text += sequence;
            edge += spacing;
        }
    }
    text.resize(static_cast<std::size_t>(edge), 'a');
    auto made = named("sequences around every " + std::to_string(spacing) + "th byte");
    made.column.push_back(text);
    return made;
}

/// Documents that end inside and around sequences, at the edges of words.
test_case cut_sequences(share places) {
    std::string text;
    std::vector<std::int64_t> cuts{0};
    std::int64_t edge = word_bytes;
    std::size_t place = 0;
    for (auto const& sequence : sequences()) {
        for (int shift = -3; shift <= 1; ++shift) {
            for (int cut = 0; cut <= static_cast<int>(sequence.size()); ++cut) {
                if (!places.has(place++)) {
                    continue;
                }
                text.resize(static_cast<std::size_t>(edge + shift), 'a');
                cuts.push_back(std::ssize(text) + cut);
                text += sequence;
                edge += 3 * word_bytes; // around words and around lanes of two
            }
        }
    }
    cuts.push_back(std::ssize(text));
    auto made = named("documents that end inside sequences");
    made.column.bytes.assign(text.begin(), text.end());
    made.column.offsets.assign(cuts.begin(), cuts.end());
    return made;
}

std::string random_text(std::mt19937& random, std::size_t bytes) {
    static std::vector<std::string> const words{"the ",         "news", "of",  "\u65B0\u95FB",
                                                "\u7ECF\u6D4E", "2024", ".\n", "market"};
    std::string text;
    while (text.size() < bytes) {
        auto const& from = random() % 3 == 0 ? sequences() : words;
        text += from[random() % from.size()];
    }
    text.resize(bytes);
    return text;
}

/// Documents of random sizes around `mean_bytes`, cut anywhere.
test_case random_documents(std::string name, unsigned seed, std::size_t bytes, unsigned mean_bytes) {
    std::mt19937 random{seed};
    auto const text = random_text(random, bytes);
    auto made = named(std::move(name));
    for (std::size_t at = 0; at < text.size();) {
        auto const size = std::min<std::size_t>(random() % (2 * mean_bytes), text.size() - at);
        made.column.push_back(std::string_view{text}.substr(at, size));
        at += size;
    }
    return made;
}

/// Copies of others, others with an edit, and, a third of them, documents with one sentence in common.
test_case repeated_documents(std::string name, std::size_t count) {
    static constexpr char const* words[] = {
        "the",           "market",   "rose ", "\u4E0A\u6D77", "\u5E02\u573A", "\uFF0C", "fell\u3000",
        "\u00C9t\u00E9", "e\u0301t", "7.5",   "bank",         "\t\n",         "\xE4",   "\u65B0\u95FB"};
    std::mt19937 random{12};
    auto const draw = [&](std::size_t length) {
        std::string text;
        for (; length > 0; --length) {
            text += words[random() % std::size(words)];
            text += random() % 2 == 0 ? " " : "";
        }
        return text;
    };
    auto const common = draw(80);
    std::vector<std::string> texts;
    for (std::size_t doc = 0; doc < count; ++doc) {
        if (doc % 3 == 0) {
            texts.push_back(common + draw(random() % 20));
        } else if (doc > 10 && random() % 2 == 0) {
            texts.push_back(texts[random() % doc] + (random() % 3 == 0 ? "" : draw(random() % 4)));
        } else {
            texts.push_back(draw(random() % 60));
        }
    }
    auto made = named(std::move(name));
    for (auto const& text : texts) {
        made.column.push_back(text);
    }
    return made;
}

/// A Mid character around where a lane begins, marks behind it up to where the next one begins, and a letter.
test_case mid_before_marks() {
    constexpr std::size_t lane = 64, mark = 2;
    std::string text;
    for (std::size_t place = lane - 3; place < lane + 3; ++place) {
        for (std::size_t count = lane / mark - 2; count < lane / mark + 3; ++count) {
            text.resize((text.size() / lane + 1) * lane + place, ' ');
            text += "a'" + repeat("\u0301", static_cast<int>(count)) + "b";
        }
    }
    return one_document("Mid before a lane of marks", text);
}

/// Regional indicators that fill lanes: whether one joins the one before is told by where their run begins.
test_case runs_of_flags() {
    std::string text;
    for (int length = 15; length < 80; ++length) {
        text += repeat("a", length % 7) + repeat("\U0001F1E9", length) + " ";
    }
    return one_document("runs of flags", text);
}

/// Katakana in runs of every length that matters: up to eight they are cheap words, from twenty on none.
test_case runs_of_katakana() {
    std::string text;
    for (int length = 1; length < 26; ++length) {
        text += repeat("\u30AB", length) + "\u3002\u4E0A" + repeat("\u30BF\u30AD", length / 2) + "\u306B";
    }
    return one_document("runs of katakana", text);
}

/// A letter of three bytes around every byte where the halo of a tile begins, and marks up to a letter in the
/// tile.
test_case letter_before_halo() {
    constexpr std::size_t tile = 2 * tile_bytes, halo = 64;
    std::string text;
    std::size_t edge = tile - halo;
    // Not in the tile before as well, of which it is the last lane.
    for (std::size_t before = 0; before <= 4; ++before, edge += 2 * tile) {
        text.resize(edge - before, ' ');
        text += "\u1E00" + repeat("\u0301", 48) + "b";
    }
    return one_document("letter before the halo", text);
}

/// What reaches over words, halos and tiles, between letters: in one document, and cut into documents
/// anywhere.
std::vector<test_case> long_runs(std::size_t bytes) {
    std::string text;
    std::mt19937 random{11};
    while (text.size() < bytes) {
        for (auto const* unit :
             {"\u0301", "\U0001F1E9", "\u30AB", "\u4E0A\u6D77", "\u3042", "\u0E44", "\u4E2D", "a", "1,",
              "\u2019a", "\u200D\U0001F469", " ", "\x80", "\U00020000", "_"}) {
            auto const length = random() % 4 == 0 ? random() % 1300 : random() % 45;
            text += repeat(unit, static_cast<int>(length)) + (random() % 2 == 0 ? "\u4E0A" : "b");
        }
    }
    auto cut = named("long runs in documents");
    for (std::size_t at = 0; at < text.size();) {
        auto const size = std::min<std::size_t>(random() % 3000, text.size() - at);
        cut.column.push_back(std::string_view{text}.substr(at, size));
        at += size;
    }
    return {one_document("long runs", text), std::move(cut)};
}

/// Some hundred terms, and in another batch so many others that their table grows.
test_case growing_terms() {
    auto made = named("terms that grow from batch to batch");
    auto const words_from = [](int first, int last) {
        std::string text;
        for (int i = first; i < last; ++i) {
            text += std::to_string(i * 7919) + " ";
        }
        return text;
    };
    made.column.push_back(words_from(0, 200));
    made.column.push_back(words_from(100, 900));
    made.batch_bytes = 1500;
    return made;
}

/// Some documents are missing, with and without bytes, whole tiles of them too.
test_case with_missing_documents(std::size_t bytes) {
    auto made = random_documents("missing documents", 5, bytes, 300);
    std::mt19937 random{6};
    made.validity.resize(static_cast<std::size_t>(made.column.size()) / 8 + 1);
    for (auto& bits : made.validity) {
        bits = random() % 5 == 0 ? 0 : static_cast<std::uint8_t>(random() | random());
    }
    return made;
}

} // namespace

test_case test_case::far_away(test_case near) {
    constexpr std::int64_t distance = (std::int64_t{1} << 32) + 123;
    auto const size = distance + std::ssize(near.column.bytes);
    // Addresses alone: pages are there once something is written.
    auto const bytes = static_cast<std::size_t>(size);
    void* mapped =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc{};
    }
    auto* memory = static_cast<char*>(mapped);
    std::copy(near.column.bytes.begin(), near.column.bytes.end(), memory + distance);
    for (auto& offset : near.column.offsets) {
        offset += distance;
    }
    near.far_bytes_ = {memory, [bytes](char const* at) { munmap(const_cast<char*>(at), bytes); }};
    near.far_size_ = size;
    return near;
}

corpus_view test_case::view() const {
    auto const bytes = far_bytes_ ? newsgpu::view<char const>{far_bytes_.get(), far_size_}
                                  : newsgpu::view<char const>{column.bytes.data(), std::ssize(column.bytes)};
    corpus_view const whole{bytes, column.offsets, validity.empty() ? nullptr : validity.data()};
    return whole.subview(skipped, whole.size() - skipped);
}

std::vector<test_case> all_cases(int scale, share places) {
    auto const size = [scale](std::size_t bytes) { return bytes / static_cast<std::size_t>(scale); };
    std::vector<test_case> cases;
    cases.push_back(named("no documents"));
    cases.push_back(one_document("one empty document", ""));
    cases.push_back(one_document("one byte", "x"));
    cases.push_back(one_document("one space", " "));
    cases.push_back(one_document("a mark with nothing before", "\u0301a"));
    cases.push_back(one_document("all of ASCII", repeat(all_of_ascii(), 25)));
    cases.push_back(one_document("words in words", words_in_words()));
    for (int edge : {32, 64, 960, 1920, 7680, 15360}) {
        for (int length = edge - 1; length <= edge + 1; ++length) {
            cases.push_back(one_document(std::to_string(length) + " bytes",
                                         std::string(static_cast<std::size_t>(length), 'x')));
        }
    }
    cases.push_back(around_edges(word_bytes, {}));
    // An edge of some kernels' tiles, which are of one or two of these, is one of all the others' too.
    cases.push_back(around_edges(2 * tile_bytes, places));
    cases.push_back(cut_sequences(places));
    std::mt19937 random{1};
    cases.push_back(one_document("one document over many tiles", random_text(random, size(200'000))));
    cases.push_back(mid_before_marks());
    cases.push_back(runs_of_flags());
    cases.push_back(runs_of_katakana());
    cases.push_back(letter_before_halo());
    for (auto& each : long_runs(size(150'000))) {
        cases.push_back(std::move(each));
    }
    cases.push_back(
        one_document("Chinese over many tiles", repeat("\u4E0A\u6D77\u5E02\u3002", 10'000 / scale)));
    cases.push_back(one_document("one word over many tiles", repeat("\u304B\u3099", 10'000 / scale)));
    cases.push_back(one_document("no white space over many tiles", std::string(size(100'000), 'x')));
    cases.push_back(one_document("nothing but white space", std::string(size(100'000), ' ')));
    cases.push_back(random_documents("documents of some hundred bytes", 2, size(200'000), 400));
    cases.push_back(random_documents("tiny documents, many empty", 3, size(100'000), 1));
    cases.push_back(with_missing_documents(size(100'000)));
    auto part = random_documents("a part of a larger corpus", 7, size(50'000), 100);
    part.skipped = part.column.size() / 3;
    cases.push_back(std::move(part));
    cases.push_back(test_case::far_away(random_documents("offsets beyond 4 GiB", 9, size(50'000), 200)));
    auto batched = random_documents("many batches", 8, size(100'000), 500);
    batched.batch_bytes = 3000;
    cases.push_back(std::move(batched));
    // Not fewer than fill a bucket that is not small.
    cases.push_back(
        repeated_documents("documents that repeat others", std::max<std::size_t>(size(900), 300)));
    auto repeated = repeated_documents("documents that repeat others in other batches",
                                       std::max<std::size_t>(size(300), 30));
    repeated.batch_bytes = 5000;
    cases.push_back(std::move(repeated));
    cases.push_back(growing_terms());
    auto cut = one_document("one document over many batches", random_text(random, size(100'000)));
    cut.column.push_back("a short one");
    cut.column.push_back(random_text(random, size(50'000)));
    cut.batch_bytes = 2000;
    cases.push_back(std::move(cut));
    auto empty = named("many empty documents in many batches");
    empty.column.offsets.resize(size(20'000), 0);
    empty.column.push_back("x");
    empty.batch_bytes = 2000;
    cases.push_back(std::move(empty));
    return cases;
}

std::vector<test_case> cases_of(std::string const& text) {
    auto lines = named("a document a line");
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size() - 1) + 1;
        lines.column.push_back(std::string_view{text}.substr(at, end - at));
        at = end;
    }
    return {one_document("one document", text), std::move(lines)};
}

corpus_view beginning_of(corpus_view corpus, std::int64_t num_bytes) {
    std::int64_t count = 0;
    while (count < corpus.size() && corpus.offsets()[count + 1] - corpus.offsets()[0] < num_bytes) {
        ++count;
    }
    return corpus.subview(0, count);
}

} // namespace newsgpu::parity
