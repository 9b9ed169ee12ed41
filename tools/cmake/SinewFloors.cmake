# SPDX-License-Identifier: Apache-2.0
# One CMake target a folder of src/, and one test program a folder of tests/unit/.
# Sources are found by name, so that adding a file never means editing a list.

add_library(sinew_flags INTERFACE)
target_compile_options(sinew_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wno-restrict  # GCC 12 warns of std::string's own operator+ (GCC bug 105651)
  -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds  # … and of its copies: precompiled, system headers are told on like our own
  -Wno-maybe-uninitialized  # … and of moving a std::variant whose alternative it cannot know (GCC bug 105562)
  # Rigorous bounds count on every operation rounding once: contraction is asked for file by file, where a proof allows it.
  -ffp-contract=off)
if(SINEW_WERROR)
  target_compile_options(sinew_flags INTERFACE -Werror)
endif()
if(SINEW_SANITIZE)
  # A null pointer stops at the address sanitizer too; the checks left out double the time to compile.
  target_compile_options(sinew_flags INTERFACE -fsanitize=${SINEW_SANITIZE} -fno-sanitize=null,vptr,alignment
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_compile_definitions(sinew_flags INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(sinew_flags INTERFACE -fsanitize=${SINEW_SANITIZE})
endif()

# Headers that nearly every file includes are parsed once for all floors, and once for all tests (GoogleTest and the
# model too). Files with processor flags of their own cannot share them.
option(SINEW_PRECOMPILE "Precompiled headers" ON)
set(precompiled_standard <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <functional> <limits> <map> <memory>
  <mutex> <numeric> <optional> <set> <span> <sstream> <string> <string_view> <unordered_map> <unordered_set> <utility>
  <variant> <vector> <fmt/core.h> <gmpxx.h>)
function(sinew_precompiled_headers name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;LINK")
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled/${name}.cpp CONTENT "// Nothing: the headers are what is compiled.\n")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/precompiled/${name}.cpp)
  target_link_libraries(${name} PRIVATE sinew_flags ${arg_LINK})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()
# sinew_use_precompiled(<target> <precompiled headers>)
function(sinew_use_precompiled target name)
  if(SINEW_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

# Files of a floor, and tests of a folder, are compiled several at a time: small files that share long headers and
# templates. Names in their anonymous namespaces differ, therefore, all over a folder; SINEW_UNITY=OFF compiles each file
# alone. Eight suit who changes a file, forty who builds all once (tools/ does).
option(SINEW_UNITY "Files are compiled several at a time" ON)
set(SINEW_UNITY_BATCH 8 CACHE STRING "How many files are compiled at a time")
function(sinew_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${SINEW_UNITY} UNITY_BUILD_BATCH_SIZE ${SINEW_UNITY_BATCH})
endfunction()

# Who builds all at once also compiles the files of several floors at a time (tools/ does): headers and templates are made
# once for all of them. Such floors are one library, joint_<name>, to which their own targets refer. Floors of a group are
# optimised alike, and whatever is between two of them belongs to it, too: libraries would need each other otherwise. What
# the library below api/ does not need is in no group with what it needs.
option(SINEW_JOINT "Floors that are alike are one library" OFF)
set(joint_engines neuron integer threshold cone phase binarized)
set(joint_questions verify bnn certify)
set(joint_read read read_bnn read_dataset read_dimacs read_marabou read_onnx read_opb read_smtlib read_vnnlib)
set(joint_pages report units results cluster)
# sinew_joint_of(<floor> <variable>): the library that a floor is part of; empty without one.
function(sinew_joint_of name out)
  set(${out} "" PARENT_SCOPE)
  if(SINEW_JOINT)
    foreach(group engines questions read pages)
      if(name IN_LIST joint_${group})
        set(${out} sinew_joint_${group} PARENT_SCOPE)
      endif()
    endforeach()
  endif()
endfunction()
# sinew_join(<library> FILES <file>... LINK <floor or library>...)
function(sinew_join library)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;LINK")
  if(TARGET ${library})
    target_sources(${library} PRIVATE ${arg_FILES})
  else()
    sinew_library(${library} ${arg_FILES})
  endif()
  foreach(link ${arg_LINK})
    string(REGEX REPLACE "^sinew_" "" floor ${link})
    sinew_joint_of(${floor} joint)
    if(NOT joint STREQUAL library)
      target_link_libraries(${library} PUBLIC ${link})
    endif()
  endforeach()
endfunction()
# sinew_library(<target> <file>...): with all that floors have in common.
function(sinew_library target)
  add_library(${target} STATIC ${ARGN})
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:sinew_flags>)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  sinew_use_precompiled(${target} sinew_floor_headers)
  sinew_unity(${target})
endfunction()

# sinew_floor(<folder> [<floor or library it may include>...])
function(sinew_floor folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  sinew_joint_of(${name} joint)
  if(sources AND NOT joint)
    sinew_library(sinew_${name} ${sources})
    target_link_libraries(sinew_${name} PUBLIC ${ARGN})
  else()
    add_library(sinew_${name} INTERFACE)
    target_include_directories(sinew_${name} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(sinew_${name} INTERFACE ${ARGN})
    if(joint)
      sinew_join(${joint} FILES ${sources} LINK ${ARGN})
      target_link_libraries(sinew_${name} INTERFACE ${joint})
    endif()
  endif()
  set_property(GLOBAL APPEND PROPERTY SINEW_FLOORS sinew_${name})
endfunction()

# sinew_part(<folder> <name> FILES <file>... LINK <floor>...): these files of a floor as a library of their own, which the
# floor links.
function(sinew_part folder part)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "FILES;LINK")
  list(TRANSFORM arg_FILES PREPEND ${PROJECT_SOURCE_DIR}/src/${folder}/)
  set(name sinew_${folder}_${part})
  get_target_property(sources sinew_${folder} SOURCES)
  list(REMOVE_ITEM sources ${arg_FILES})
  set_target_properties(sinew_${folder} PROPERTIES SOURCES "${sources}")
  sinew_library(${name} ${arg_FILES})
  target_link_libraries(${name} PUBLIC ${arg_LINK})
  target_link_libraries(sinew_${folder} PUBLIC ${name})
endfunction()

# Tests are compiled more often than they run: less optimisation. With GoogleTest and the model among their libraries they
# share precompiled headers.
function(sinew_test_flags target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(ARGV1 STREQUAL "PRECOMPILED")
    sinew_use_precompiled(${target} sinew_test_headers)
  endif()
endfunction()

# sinew_unit_tests(<folder> [<target it links besides its own>...]): tests/unit/<folder>/*_test.cpp as one program.
function(sinew_unit_tests folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE sinew_${name} sinew_flags ${ARGN} GTest::gtest_main)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  sinew_test_flags(test_${name} PRECOMPILED)
  sinew_unity(test_${name})
  # A path only where it is read, so that a compiler cache serves every checkout.
  foreach(source ${sources})
    file(STRINGS ${source} mentions REGEX SINEW_SOURCE_DIR)
    if(mentions)
      set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS SINEW_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
  add_test(NAME unit_${name} COMMAND test_${name})
  set_tests_properties(unit_${name} PROPERTIES LABELS "unit;fast")
endfunction()
