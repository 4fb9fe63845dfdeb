#pragma once

// Everything newsgpu offers to C++.

#include <newsgpu/buffer.hpp>
#include <newsgpu/build_info.hpp>
#include <newsgpu/code_units.hpp>
#include <newsgpu/corpus.hpp>
#include <newsgpu/count.hpp>
#include <newsgpu/device.hpp>
#include <newsgpu/device_corpus.hpp>
#include <newsgpu/duplicate_index.hpp>
#include <newsgpu/error.hpp>
#include <newsgpu/execution.hpp>
#include <newsgpu/growing_terms.hpp>
#include <newsgpu/keywords.hpp>
#include <newsgpu/near_duplicates.hpp>
#include <newsgpu/ngrams.hpp>
#include <newsgpu/normalize.hpp>
#include <newsgpu/shared_passages.hpp>
#include <newsgpu/similar.hpp>
#include <newsgpu/tfidf.hpp>
#include <newsgpu/tokenize.hpp>
#include <newsgpu/version.hpp>
