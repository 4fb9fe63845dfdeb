#pragma once

namespace newsgpu {

/// A copy of a corpus in the memory of a device; backends derive their own.
class resident_text {
public:
    explicit resident_text(int device) : device_{device} {}
    virtual ~resident_text() = default;
    resident_text(resident_text const&) = delete;
    resident_text& operator=(resident_text const&) = delete;

    int device() const { return device_; }

private:
    int device_;
};

} // namespace newsgpu
