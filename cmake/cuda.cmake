# The CUDA backend: NEWSGPU_CUDA says how, newsgpu_add_cuda(target) adds it to the library.

set(cuda_backend ${NEWSGPU_CUDA})
if(NOT cuda_backend MATCHES "^(AUTO|ON|OFF|EMULATED)$")
    message(FATAL_ERROR "NEWSGPU_CUDA must be AUTO, ON, OFF or EMULATED, not '${NEWSGPU_CUDA}'")
endif()
if(cuda_backend MATCHES "^(AUTO|ON)$" AND NOT CMAKE_CUDA_COMPILER)
    find_program(nvcc nvcc HINTS ENV CUDACXX ENV CUDA_PATH ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES bin)
    mark_as_advanced(nvcc)
    if(nvcc)
        set(CMAKE_CUDA_COMPILER ${nvcc})
    endif()
endif()
# CMake before 3.28 does not know C++20 for newer versions of nvcc, and drops CUDA_STANDARD 20 without a word.
set(least_cmake 3.28)
if(cuda_backend STREQUAL "AUTO")
    if(NOT CMAKE_CUDA_COMPILER)
        set(cuda_backend OFF)
        set(reason " (no nvcc was found)")
    elseif(CMAKE_VERSION VERSION_LESS ${least_cmake})
        set(cuda_backend OFF)
        set(reason " (CMake ${least_cmake} or newer is needed for it, this is ${CMAKE_VERSION})")
    else()
        set(cuda_backend ON)
    endif()
elseif(cuda_backend STREQUAL "ON" AND CMAKE_VERSION VERSION_LESS ${least_cmake})
    message(FATAL_ERROR "NEWSGPU_CUDA=ON needs CMake ${least_cmake} or newer, this is ${CMAKE_VERSION}")
endif()
message(STATUS "newsgpu: CUDA ${cuda_backend}${reason}")

if(cuda_backend STREQUAL "ON")
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES) # targets copy it when they are made
        set(CMAKE_CUDA_ARCHITECTURES 80-real 86-real 89-real 90-real 100-real 120-real 120-virtual)
    endif()
    set(CMAKE_CUDA_STANDARD 20)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    # The runtime is linked by name below, so that a program in C++ alone can link the library too.
    set(CMAKE_CUDA_RUNTIME_LIBRARY None)
    enable_language(CUDA)
    find_package(CUDAToolkit REQUIRED)
endif()

set(cuda_sources
    cuda/batches.cu
    cuda/device.cu
    cuda/device_buffer.cu
    cuda/device_text.cu
    cuda/resident_corpus.cu
    cuda/segments.cu
    cuda/space_table.cu
    cuda/spaces.cu
    cuda/staging.cu
    cuda/sure_place.cu
    cuda/tokenize.cu
    cuda/word_runs.cu
    cuda/word_tables.cu
    cuda/words.cu
    cuda/words_ascii.cu
    cuda/words_dictionary.cu
    cuda/words_exact.cu
    cuda/words_pieces.cu
    cuda/words_rules.cu)

# newsgpu_kernels(target sources...): the sources of the target are kernels, to be compiled as the backend says.
function(newsgpu_kernels target)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
    if(cuda_backend STREQUAL "ON")
        # No fused multiply-add: it would make floating-point answers differ from the CPU's. Element code and views are
        # constexpr, which --expt-relaxed-constexpr lets kernels call. GCC 12 suspects a variable of CUB (dispatch_scan.cuh).
        set(host_options -Wall,-Wextra,-Wshadow,-Wno-maybe-uninitialized,-ffp-contract=off,-fvisibility=hidden)
        target_compile_options(${target} PRIVATE
            $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false;--expt-relaxed-constexpr;--Werror=all-warnings;-Xcompiler=${host_options}>)
        return()
    endif()
    # The emulation's headers come before those of cuda/ with the same names.
    target_include_directories(${target} BEFORE PRIVATE ${PROJECT_SOURCE_DIR}/tests/emulation)
    set_property(SOURCE ${ARGN} TARGET_DIRECTORY ${target} PROPERTY LANGUAGE CXX)
    if(NEWSGPU_SANITIZE STREQUAL "traffic")
        # Our own hooks, in tests/emulation/traffic.cpp, take the place of the sanitizer's library.
        set_property(SOURCE ${ARGN} TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_OPTIONS
            -fsanitize=thread -fno-pie)
    endif()
endfunction()

function(newsgpu_add_cuda target)
    if(cuda_backend STREQUAL "OFF")
        target_sources(${target} PRIVATE src/cuda_absent.cpp)
        return()
    endif()
    target_sources(${target} PRIVATE ${cuda_sources})
    if(cuda_backend STREQUAL "ON")
        if(NEWSGPU_CUDART STREQUAL "shared")
            target_link_libraries(${target} PRIVATE CUDA::cudart)
        else()
            target_link_libraries(${target} PRIVATE CUDA::cudart_static)
        endif()
        string(JOIN " " architectures ${CMAKE_CUDA_ARCHITECTURES})
        set(state yes)
    else()
        add_subdirectory(${PROJECT_SOURCE_DIR}/tests/emulation emulation)
        target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:newsgpu_emulation>)
        if(NOT NEWSGPU_SANITIZE)
            # In all that sees a view: one definition of its functions.
            target_compile_definitions(${target} PUBLIC $<BUILD_INTERFACE:NEWSGPU_CHECK_BOUNDS>)
        endif()
        set(state emulated)
    endif()
    newsgpu_kernels(${target} ${cuda_sources})
    set_property(SOURCE cuda/device.cu TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_DEFINITIONS
        NEWSGPU_CUDA_STATE="${state}" "NEWSGPU_CUDA_ARCHITECTURES=\"${architectures}\"")
endfunction()
