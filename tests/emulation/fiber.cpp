#include "fiber.hpp"

#include "sanitizer.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#if !defined(__x86_64__) || defined(EMULATION_UCONTEXT)
#define USE_UCONTEXT
#include <ucontext.h>
#endif

#if !defined(USE_UCONTEXT)
// The registers that a called function keeps (System V AMD64 ABI, section 3.2.1) go to the stack, the stack
// pointer to
// `*save`. The floating-point control words are the same for all fibers.
extern "C" void emulation_switch(void** save, void* load);
asm(R"(
.text
.globl emulation_switch
.type emulation_switch,@function
emulation_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulation_switch,.-emulation_switch
)");
#endif

namespace emulation {

namespace {

constexpr std::size_t page_bytes = 4096;
#if defined(EMULATION_ASAN) || defined(EMULATION_TSAN) || defined(EMULATION_MSAN)
constexpr std::size_t usable_bytes = 256 * 1024;
#else
constexpr std::size_t usable_bytes = 64 * 1024;
#endif

} // namespace

fiber::~fiber() {
#if defined(USE_UCONTEXT)
    delete static_cast<ucontext_t*>(stopped_at_);
#endif
    if (!owns_stack_) {
        return;
    }
#if defined(EMULATION_TSAN)
    __tsan_destroy_fiber(tsan_);
#endif
    munmap(stack_ - page_bytes, usable_bytes + page_bytes);
}

void fiber::adopt_thread() {
#if defined(EMULATION_TSAN)
    tsan_ = __tsan_get_current_fiber();
#endif
#if defined(USE_UCONTEXT)
    if (stopped_at_ == nullptr) {
        stopped_at_ = new ucontext_t;
    }
#endif
}

void fiber::start(void (*entry)()) {
    if (!owns_stack_) {
        void* mapped = mmap(nullptr, usable_bytes + page_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapped == MAP_FAILED) {
            throw std::bad_alloc{};
        }
        mprotect(mapped, page_bytes,
                 PROT_NONE); // a stack that overflows is a crash, not somebody else's memory
        stack_ = static_cast<std::byte*>(mapped) + page_bytes;
        stack_bytes_ = usable_bytes;
        bottom_ = stack_;
        owns_stack_ = true;
#if defined(USE_UCONTEXT)
        stopped_at_ = new ucontext_t;
#endif
    } else {
        allow(stack_, stack_bytes_); // a fault leaves frames behind
#if defined(EMULATION_TSAN)
        __tsan_destroy_fiber(tsan_);
#endif
    }
    mark_initialised(stack_, stack_bytes_);
#if defined(EMULATION_TSAN)
    tsan_ = __tsan_create_fiber(0);
#endif
    fake_stack_ = nullptr;
#if defined(USE_UCONTEXT)
    auto* context = static_cast<ucontext_t*>(stopped_at_);
    getcontext(context);
    context->uc_stack.ss_sp = stack_;
    context->uc_stack.ss_size = stack_bytes_;
    context->uc_link = nullptr;
    makecontext(context, entry, 0);
#else
    constexpr int saved_registers = 6;
    auto* top = reinterpret_cast<std::uintptr_t*>(stack_ + stack_bytes_);
    *--top = 0; // aligns the stack as a call would
    *--top = reinterpret_cast<std::uintptr_t>(entry);
    for (int i = 0; i < saved_registers; ++i) {
        *--top = 0;
    }
    stopped_at_ = top;
#endif
}

void fiber::switch_from_to(fiber& from, fiber& to) {
#if defined(EMULATION_ASAN)
    __sanitizer_start_switch_fiber(&from.fake_stack_, to.bottom_, to.stack_bytes_);
#endif
#if defined(EMULATION_TSAN)
    // No edge of happens-before: the threads of a block run at the same time.
    __tsan_switch_to_fiber(to.tsan_, __tsan_switch_to_fiber_no_sync);
#endif
#if defined(USE_UCONTEXT)
    swapcontext(static_cast<ucontext_t*>(from.stopped_at_), static_cast<ucontext_t*>(to.stopped_at_));
#else
    emulation_switch(&from.stopped_at_, to.stopped_at_);
#endif
#if defined(EMULATION_ASAN)
    __sanitizer_finish_switch_fiber(from.fake_stack_, nullptr, nullptr);
#endif
}

void fiber::entered([[maybe_unused]] fiber& adopted) {
#if defined(EMULATION_ASAN)
    void const* bottom = nullptr;
    std::size_t bytes = 0;
    __sanitizer_finish_switch_fiber(nullptr, &bottom, &bytes);
    if (adopted.bottom_ ==
        nullptr) { // the first switch of all comes from the host thread: its stack is learned here
        adopted.bottom_ = bottom;
        adopted.stack_bytes_ = bytes;
    }
#endif
}

} // namespace emulation
