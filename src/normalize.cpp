#include <newsgpu/normalize.hpp>

#include <newsgpu/error.hpp>

#include "backend.hpp"
#include "dispatch.hpp"
#include "names.hpp"

namespace newsgpu {

normalization parse_normalization(std::string_view name) {
    return parse_name<normalization>("normalize", name,
                                     {{"nfc", normalization::nfc},
                                      {"nfkc", normalization::nfkc},
                                      {"nfkc_casefold", normalization::nfkc_casefold},
                                      {"casefold", normalization::casefold},
                                      {"lower", normalization::lower},
                                      {"strip_accents", normalization::strip_accents},
                                      {"strip_accents_ascii", normalization::strip_accents_ascii},
                                      {"none", normalization::none}});
}

string_column normalize(corpus_view corpus, normalization form, execution const& run) {
    auto const decided = decide_device(run, corpus, "normalize", cuda::missing(form));
    return decided.device.type == device::kind::cuda ? cuda::normalize(corpus, form, decided)
                                                     : cpu::normalize(corpus, form, decided);
}

} // namespace newsgpu
