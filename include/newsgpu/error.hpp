#pragma once

#include <ios>
#include <stdexcept>

// The types of exceptions are API, their wording is not.

namespace newsgpu {

/// An argument is outside what the function accepts; the message names it, its value and what is allowed.
class invalid_input : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// The device asked for is not there, or this build cannot use it. Nothing falls back silently.
class device_unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A call of the CUDA runtime failed; the message has the call, its place in the sources and CUDA's answer.
class cuda_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A file is damaged, truncated or not what its name says.
class corrupt_file : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace newsgpu
