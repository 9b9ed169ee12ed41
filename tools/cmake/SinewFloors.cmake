# One CMake target a folder of src/, and one test program a folder of tests/unit/.
# Sources are found by name, so that adding a file never means editing a list.

add_library(sinew_flags INTERFACE)
target_compile_options(sinew_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wno-restrict  # GCC 12 warns of std::string's own operator+ (GCC bug 105651)
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

# sinew_floor(<folder> [<floor or library it may include>...])
function(sinew_floor folder)
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  if(NOT sources)
    set(kind INTERFACE)
    add_library(sinew_${name} INTERFACE)
  else()
    set(kind PUBLIC)
    add_library(sinew_${name} STATIC ${sources})
    target_link_libraries(sinew_${name} PRIVATE $<BUILD_INTERFACE:sinew_flags>)
    set_target_properties(sinew_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  target_include_directories(sinew_${name} ${kind} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/sinew>)
  target_link_libraries(sinew_${name} ${kind} ${ARGN})
  set_property(GLOBAL APPEND PROPERTY SINEW_FLOORS sinew_${name})
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
  # Tests are compiled more often than they run: less optimisation, and a path only where it is read, so that a compiler
  # cache serves every checkout.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  foreach(source ${sources})
    file(STRINGS ${source} mentions REGEX SINEW_SOURCE_DIR)
    if(mentions)
      set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS SINEW_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
  add_test(NAME unit_${name} COMMAND test_${name})
  set_tests_properties(unit_${name} PROPERTIES LABELS "unit;fast")
endfunction()
