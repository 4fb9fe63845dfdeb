#include "cuda/set_list.cuh"

#include <algorithm>
#include <iterator>

namespace newsgpu::cuda {

set_list both(set_list const& a, set_list const& b) {
    auto made = a;
    for (std::size_t i = 0; i < b.documents.size(); ++i) {
        made.add(b.documents[i], b.begins[i + 1] - b.begins[i]);
    }
    return made;
}

std::vector<set_list> cut(set_list const& list, std::int64_t most) {
    auto const limit = list.begins.back() <= most ? most : most / 2;
    std::vector<set_list> parts;
    for (std::size_t i = 0; i < list.documents.size(); ++i) {
        auto const count = list.begins[i + 1] - list.begins[i];
        if (parts.empty() || parts.back().begins.back() + count > limit) {
            parts.emplace_back();
        }
        parts.back().add(list.documents[i], count);
    }
    return parts;
}

void found_pairs::add(buffer<element::packed_pair> const& pairs, buffer<double> const& similarities,
                      std::vector<std::int64_t> const& documents) {
    num_compared_ += std::ssize(pairs);
    auto const document = [&](std::uint32_t set) { return static_cast<std::uint32_t>(documents[set]); };
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        if (similarities[p] > 0) {
            found_.emplace_back(
                element::pack(document(element::left_of(pairs[p])), document(element::right_of(pairs[p]))),
                similarities[p]);
        }
    }
}

joined_pairs found_pairs::take() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    joined_pairs made;
    for (auto const& [pair, similarity] : found_) {
        made.pairs.push_back(pair);
        made.similarities.push_back(similarity);
    }
    made.num_candidates = num_compared_;
    return made;
}

} // namespace newsgpu::cuda
