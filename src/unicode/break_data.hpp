#pragma once

#include <unicode/udata.h>

#include <memory>
#include <utility>

namespace newsgpu::unicode {

struct data_closer {
    void operator()(UDataMemory* data) const { udata_close(data); }
};
using icu_data = std::unique_ptr<UDataMemory, data_closer>;

/// What ICU's break iterators work by, of a type and a name; null where the installed ICU has no such data.
inline icu_data open_break_data(char const* type, char const* name) {
    auto status = U_ZERO_ERROR;
    icu_data data{udata_open(U_ICUDATA_NAME "-brkitr", type, name, &status)};
    return U_SUCCESS(status) ? std::move(data) : nullptr;
}

} // namespace newsgpu::unicode
