// newsgpu_traffic FILE KIND: finds the tokens of FILE, a document a line, once with CUDA. For
// scripts/traffic_report.py.
#include <newsgpu/tokenize.hpp>

#include "cases.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: newsgpu_traffic FILE KIND\n");
        return 2;
    }
    std::ifstream file{argv[1], std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    auto const lines = newsgpu::parity::cases_of(text).back();
    auto const found = newsgpu::tokenize(lines.view(), {.kind = newsgpu::parse_token_kind(argv[2])},
                                         newsgpu::device::cuda());
    std::printf("input %zu bytes, %lld documents, %lld tokens\n", text.size(),
                static_cast<long long>(lines.view().size()), static_cast<long long>(found.size()));
}
