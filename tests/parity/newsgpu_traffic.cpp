// newsgpu_traffic FILE TASK: finds the tokens of FILE, a document a line, or brings it to a form, once with
// CUDA; TASK names the kind or the form. For scripts/traffic_report.py.
#include <newsgpu/normalize.hpp>
#include <newsgpu/tokenize.hpp>

#include "cases.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: newsgpu_traffic FILE TASK\n");
        return 2;
    }
    std::ifstream file{argv[1], std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    auto const lines = newsgpu::parity::cases_of(text).back();
    std::string_view const task{argv[2]};
    constexpr std::string_view forms[] = {"nfc", "nfkc", "nfkc_casefold", "casefold", "lower"};
    if (std::find(std::begin(forms), std::end(forms), task) != std::end(forms)) {
        auto const made =
            newsgpu::normalize(lines.view(), newsgpu::parse_normalization(task), newsgpu::device::cuda());
        std::printf("input %zu bytes, %lld documents, %zu bytes of %s\n", text.size(),
                    static_cast<long long>(lines.view().size()), made.bytes.size(), argv[2]);
        return 0;
    }
    auto const found =
        newsgpu::tokenize(lines.view(), {.kind = newsgpu::parse_token_kind(task)}, newsgpu::device::cuda());
    std::printf("input %zu bytes, %lld documents, %lld tokens\n", text.size(),
                static_cast<long long>(lines.view().size()), static_cast<long long>(found.size()));
}
