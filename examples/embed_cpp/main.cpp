// Reads documents, one a line, from a file or from below; prints what they talk about and which of them
// repeat another.
//
//     embed [FILE]

#include <newsgpu/newsgpu.hpp>

#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

std::vector<std::string> const samples{
    "The ferry left Tern Point at dawn with two hundred passengers and a cargo of fresh fish.",
    "中国经济在第一季度恢复增长，出口和消费同时回升。",
    "The ferry left Tern Point at dawn with two hundred passengers and a cargo of fresh fish, the port said.",
    "The harbour office expects a gale on Friday.",
    "中国经济在第一季度恢复增长，出口和消费同时回升，统计部门周五说。",
};

std::vector<std::string> read_lines(char const* path) {
    std::ifstream file{path};
    if (!file) {
        throw std::runtime_error(std::string{"cannot read "} + path);
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

void print_frequent_terms(newsgpu::corpus_view corpus) {
    auto const found =
        newsgpu::count_ngrams(corpus, {.min_n = 1, .max_n = 2}, {.top = 8, .min_documents = 2});
    std::cout << "Most frequent in two documents or more:\n";
    for (std::int64_t i = 0; i < found.terms.size(); ++i) {
        std::cout << "  " << found.counts[i] << "  " << found.terms[i] << '\n';
    }
}

void print_repeats(newsgpu::corpus_view corpus) {
    auto const found = newsgpu::near_duplicates(corpus, {.threshold = 0.5});
    std::cout << "Repeats:\n";
    for (std::int64_t doc = 0; doc < corpus.size(); ++doc) {
        auto const keeper = found.keeper[doc];
        if (keeper != doc) {
            std::cout << "  document " << doc << " repeats " << keeper << ", similarity "
                      << found.similarity[doc] << '\n';
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    try {
        auto const column = newsgpu::make_corpus(argc > 1 ? read_lines(argv[1]) : samples);
        print_frequent_terms(column);
        print_repeats(column);
    } catch (std::exception const& error) {
        std::cerr << "embed: " << error.what() << '\n';
        return 1;
    }
}
