# The CUDA backend: NEWSGPU_CUDA says how, newsgpu_add_cuda(target) adds it to the library.

set(cuda_backend ${NEWSGPU_CUDA})
if(NOT cuda_backend MATCHES "^(AUTO|ON|OFF|EMULATED)$")
    message(FATAL_ERROR "NEWSGPU_CUDA must be AUTO, ON, OFF or EMULATED, not '${NEWSGPU_CUDA}'")
endif()
# CMake before 3.28 does not know C++20 for newer versions of nvcc, and drops CUDA_STANDARD 20 without a word.
set(least_cmake 3.28)
set(least_nvcc 12.0) # the first one that compiles C++20
set(default_architectures 80 86 89 90 100 120)

# find_missing_for_cuda(OUT): what keeps this machine from building the CUDA backend, or nothing. Sets CMAKE_CUDA_COMPILER,
# nvcc_version and the architectures that this nvcc knows.
macro(find_missing_for_cuda missing)
    set(${missing} "")
    if(NOT CMAKE_CUDA_COMPILER AND DEFINED ENV{CUDACXX})
        set(CMAKE_CUDA_COMPILER $ENV{CUDACXX})
    elseif(NOT CMAKE_CUDA_COMPILER)
        find_program(nvcc nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES bin)
        mark_as_advanced(nvcc)
        if(nvcc)
            set(CMAKE_CUDA_COMPILER ${nvcc})
        endif()
    endif()
    if(NOT CMAKE_CUDA_COMPILER)
        set(${missing} "no nvcc was found")
    elseif(CMAKE_VERSION VERSION_LESS ${least_cmake})
        set(${missing} "CMake ${least_cmake} or newer is needed, this is ${CMAKE_VERSION}")
    else()
        execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --version OUTPUT_VARIABLE said ERROR_QUIET)
        if(said MATCHES "release ([0-9]+\\.[0-9]+)")
            set(nvcc_version ${CMAKE_MATCH_1})
            if(nvcc_version VERSION_LESS ${least_nvcc})
                set(${missing} "nvcc ${least_nvcc} or newer is needed, ${CMAKE_CUDA_COMPILER} is ${nvcc_version}")
            else()
                probe_nvcc(${missing})
            endif()
        else()
            set(${missing} "${CMAKE_CUDA_COMPILER} does not tell its version")
        endif()
    endif()
endmacro()

# probe_nvcc(OUT): why a small program does not build: a host compiler that nvcc refuses, headers or a runtime that are
# not there. CMake would stop at the first of these. It takes seconds, so the answer is kept.
function(probe_nvcc why)
    set(host "")
    if(CMAKE_CUDA_HOST_COMPILER)
        set(host ${CMAKE_CUDA_HOST_COMPILER})
    elseif(DEFINED ENV{CUDAHOSTCXX})
        set(host $ENV{CUDAHOSTCXX})
    endif()
    set(key "${CMAKE_CUDA_COMPILER} ${nvcc_version} ${host} ${CMAKE_CUDA_FLAGS}")
    if(NOT NEWSGPU_NVCC_PROBED STREQUAL key)
        set(ccbin "")
        if(host)
            set(ccbin -ccbin ${host})
        endif()
        separate_arguments(flags UNIX_COMMAND "${CMAKE_CUDA_FLAGS}")
        execute_process(
            COMMAND ${CMAKE_CUDA_COMPILER} ${ccbin} ${flags} -std=c++20 -cudart static ${PROJECT_SOURCE_DIR}/cmake/nvcc_probe.cu
                    -o ${PROJECT_BINARY_DIR}/nvcc_probe
            OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
        set(answer "")
        if(NOT status EQUAL 0)
            string(REGEX MATCH "[^\n]*([Ee]rror|fatal|not found)[^\n]*" line "${said}")
            string(REPLACE ";" "," line "${line}")
            set(answer "${CMAKE_CUDA_COMPILER} does not build a small program: ${line}")
        endif()
        set(NEWSGPU_NVCC_ANSWER "${answer}" CACHE INTERNAL "what probe_nvcc found")
        set(NEWSGPU_NVCC_PROBED "${key}" CACHE INTERNAL "what it was found for")
    endif()
    set(${why} "${NEWSGPU_NVCC_ANSWER}" PARENT_SCOPE)
endfunction()

# choose_architectures(OUT): machine code for each of the defaults that nvcc knows, and PTX of the last one for later GPUs.
function(choose_architectures chosen)
    execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-arch OUTPUT_VARIABLE known ERROR_QUIET)
    set(found "")
    foreach(number IN LISTS default_architectures)
        if(known MATCHES "compute_${number}[^0-9]")
            list(APPEND found ${number})
        else()
            message(STATUS "newsgpu: nvcc ${nvcc_version} does not know sm_${number}")
        endif()
    endforeach()
    list(GET found -1 last)
    list(TRANSFORM found APPEND -real)
    set(${chosen} ${found} ${last}-virtual PARENT_SCOPE)
endfunction()

if(cuda_backend MATCHES "^(AUTO|ON)$")
    find_missing_for_cuda(missing)
    if(missing STREQUAL "")
        set(cuda_backend ON)
    elseif(cuda_backend STREQUAL "ON")
        message(FATAL_ERROR "NEWSGPU_CUDA=ON, but ${missing}")
    else()
        set(cuda_backend OFF)
        set(reason ": ${missing}")
        unset(CMAKE_CUDA_COMPILER)
    endif()
endif()

if(cuda_backend STREQUAL "ON")
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES) # targets copy it when they are made
        choose_architectures(CMAKE_CUDA_ARCHITECTURES)
    endif()
    set(CMAKE_CUDA_STANDARD 20)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    # The runtime is linked by name below, so that a program in C++ alone can link the library too.
    set(CMAKE_CUDA_RUNTIME_LIBRARY None)
    enable_language(CUDA)
    find_package(CUDAToolkit REQUIRED GLOBAL) # a parent project links the library, too
    set(reason " for ${CMAKE_CUDA_ARCHITECTURES}, with nvcc ${nvcc_version}")
endif()
message(STATUS "newsgpu: CUDA ${cuda_backend}${reason}")

set(cuda_sources
    cuda/analyzed_batch.cu
    cuda/batch_units.cu
    cuda/batches.cu
    cuda/candidates.cu
    cuda/character_tokens.cu
    cuda/character_units.cu
    cuda/cosine_index.cu
    cuda/count.cu
    cuda/counted_rows.cu
    cuda/device.cu
    cuda/device_buffer.cu
    cuda/device_text.cu
    cuda/device_tokens.cu
    cuda/document_rows.cu
    cuda/form_table.cu
    cuda/formed_documents.cu
    cuda/forms.cu
    cuda/hashed_tokens.cu
    cuda/interacting.cu
    cuda/keywords.cu
    cuda/matrix.cu
    cuda/near_duplicates.cu
    cuda/neighbour_search.cu
    cuda/ngram_terms.cu
    cuda/normalize.cu
    cuda/repeated_runs.cu
    cuda/resident_corpus.cu
    cuda/row_blocks.cu
    cuda/row_ranks.cu
    cuda/segment_pieces.cu
    cuda/segments.cu
    cuda/set_join.cu
    cuda/set_list.cu
    cuda/shared_passages.cu
    cuda/shingle_sets.cu
    cuda/similar.cu
    cuda/sketch.cu
    cuda/sketched_sets.cu
    cuda/space_table.cu
    cuda/spaces.cu
    cuda/staging.cu
    cuda/stop_words.cu
    cuda/sure_place.cu
    cuda/term_counter.cu
    cuda/term_slots.cu
    cuda/text_form.cu
    cuda/text_terms.cu
    cuda/token_filter.cu
    cuda/token_hashes.cu
    cuda/token_search.cu
    cuda/tokenize.cu
    cuda/weigh.cu
    cuda/weighted_terms.cu
    cuda/word_runs.cu
    cuda/word_tables.cu
    cuda/words.cu
    cuda/words_ascii.cu
    cuda/words_dictionary.cu
    cuda/words_exact.cu
    cuda/words_pieces.cu
    cuda/words_rules.cu)
# For these, which neither have device code nor include any, the host's compiler does, in a fraction of nvcc's time.
set(cuda_host_sources
    cuda/analyzed_batch.cu
    cuda/batches.cu
    cuda/device.cu
    cuda/device_buffer.cu
    cuda/device_tokens.cu
    cuda/form_table.cu
    cuda/formed_documents.cu
    cuda/hashed_tokens.cu
    cuda/interacting.cu
    cuda/keywords.cu
    cuda/normalize.cu
    cuda/resident_corpus.cu
    cuda/row_blocks.cu
    cuda/set_list.cu
    cuda/similar.cu
    cuda/space_table.cu
    cuda/staging.cu
    cuda/sure_place.cu
    cuda/text_form.cu
    cuda/token_search.cu
    cuda/tokenize.cu
    cuda/weighted_terms.cu)
set(cuda_kernel_sources ${cuda_sources})
list(REMOVE_ITEM cuda_kernel_sources ${cuda_host_sources})
if(NOT cuda_backend STREQUAL "EMULATED")
    list(APPEND cuda_kernel_sources cuda/primitives.cu) # the emulation has loops in their place
endif()

# newsgpu_kernels(target sources...): the sources of the target are kernels, to be compiled as the backend says.
function(newsgpu_kernels target)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
    if(cuda_backend STREQUAL "ON")
        # No fused multiply-add: it would make floating-point answers differ from the CPU's. Element code and views are
        # constexpr, which --expt-relaxed-constexpr lets kernels call. GCC 12 suspects a variable of CUB (dispatch_scan.cuh).
        set(host_options -Wall,-Wextra,-Wshadow,-Wno-maybe-uninitialized,-ffp-contract=off,-fvisibility=hidden)
        target_compile_options(${target} PRIVATE
            $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false;--expt-relaxed-constexpr;-Xcompiler=${host_options}>)
        if(NEWSGPU_WERROR)
            target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings>)
        endif()
        return()
    endif()
    # The emulation's headers come before those of cuda/ with the same names.
    target_include_directories(${target} BEFORE PRIVATE ${PROJECT_SOURCE_DIR}/tests/emulation)
    # Each alone even in a unity build: tests/mutation.py plants bugs in one of them at a time.
    set_property(SOURCE ${ARGN} TARGET_DIRECTORY ${target} PROPERTY LANGUAGE CXX)
    set_property(SOURCE ${ARGN} TARGET_DIRECTORY ${target} PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
    if(NEWSGPU_SANITIZE STREQUAL "traffic")
        # Our own hooks, in tests/emulation/traffic.cpp, take the place of the sanitizer's library.
        set_property(SOURCE ${ARGN} TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_OPTIONS
            -fsanitize=thread -fno-pie)
    endif()
endfunction()

# newsgpu_calls_cuda(target): a program of the host that uses the headers of cuda/.
function(newsgpu_calls_cuda target)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
    if(cuda_backend STREQUAL "ON")
        target_include_directories(${target} SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
    else()
        target_include_directories(${target} BEFORE PRIVATE ${PROJECT_SOURCE_DIR}/tests/emulation)
    endif()
endfunction()

function(newsgpu_add_cuda target)
    if(cuda_backend STREQUAL "OFF")
        target_sources(${target} PRIVATE src/cuda_absent.cpp)
        return()
    endif()
    target_sources(${target} PRIVATE ${cuda_kernel_sources} ${cuda_host_sources})
    set_property(SOURCE ${cuda_host_sources} TARGET_DIRECTORY ${target} PROPERTY LANGUAGE CXX)
    set_property(SOURCE ${cuda_host_sources} TARGET_DIRECTORY ${target} PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
    if(cuda_backend STREQUAL "ON")
        target_include_directories(${target} SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
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
    newsgpu_kernels(${target} ${cuda_kernel_sources})
    set_property(SOURCE cuda/device.cu TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_DEFINITIONS
        NEWSGPU_CUDA_STATE="${state}" "NEWSGPU_CUDA_ARCHITECTURES=\"${architectures}\"")
endfunction()
