#include <newsgpu/execution.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace newsgpu {

namespace {

int cores_by_affinity() {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        return CPU_COUNT(&set);
    }
#endif
    return static_cast<int>(std::thread::hardware_concurrency());
}

/// The quota of a control group in whole cores, rounded up; 0 where there is none.
int cores_by_cgroup() {
    double quota = 0;
    double period = 0;
    if (std::ifstream v2{"/sys/fs/cgroup/cpu.max"}; v2 >> quota >> period) {
        // "max 100000" does not parse as a number: no limit.
    } else {
        std::ifstream{"/sys/fs/cgroup/cpu/cpu.cfs_quota_us"} >> quota;
        std::ifstream{"/sys/fs/cgroup/cpu/cpu.cfs_period_us"} >> period;
    }
    if (quota <= 0 || period <= 0) {
        return 0;
    }
    return static_cast<int>((quota + period - 1) / period);
}

} // namespace

int usable_cores() {
    static int const cores = [] {
        auto const affinity = std::max(1, cores_by_affinity());
        auto const quota = cores_by_cgroup();
        return quota > 0 ? std::min(affinity, quota) : affinity;
    }();
    return cores;
}

} // namespace newsgpu
