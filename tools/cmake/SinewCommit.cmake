# SPDX-License-Identifier: Apache-2.0
# The commit that the program tells (sinew version): of git, or of a source archive's own record (tools/cmake/commit), or none.
# Included, it makes the target sinew_commit; run as a script, at every build, it writes the source of that target where the commit has changed.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(commit_source ${PROJECT_BINARY_DIR}/commit.cpp)
  add_custom_target(sinew_commit_source COMMAND ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D OUTPUT=${commit_source}
    -P ${CMAKE_CURRENT_LIST_FILE} BYPRODUCTS ${commit_source} COMMENT "Asking for the commit" VERBATIM)
  add_library(sinew_commit STATIC ${commit_source})
  add_dependencies(sinew_commit sinew_commit_source)
  target_include_directories(sinew_commit PRIVATE ${PROJECT_SOURCE_DIR}/src)
  return()
endif()

set(commit "")
# In a folder of somebody else's repository, HEAD would be theirs.
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-toplevel HEAD OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE status)
if(status EQUAL 0 AND answer MATCHES "^([^\n]*)\n([0-9a-f]+)\n$")
  set(hash ${CMAKE_MATCH_2})
  file(REAL_PATH ${CMAKE_MATCH_1} top)
  file(REAL_PATH ${SOURCE} source)
  if(top STREQUAL source)
    string(SUBSTRING ${hash} 0 12 commit)
    # What the program is made of.
    execute_process(COMMAND git --no-optional-locks -C ${SOURCE} status --porcelain -- src include grammar tools/cmake CMakeLists.txt
      OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      string(APPEND commit ", modified")
    endif()
  endif()
endif()
# git archive, and tools/package, write there what the file stands for in a checkout.
if(NOT commit AND EXISTS ${SOURCE}/tools/cmake/commit)
  file(STRINGS ${SOURCE}/tools/cmake/commit record LIMIT_COUNT 1)
  if(record MATCHES "^([0-9a-f]+) [0-9]+(, modified)?$")
    string(SUBSTRING ${CMAKE_MATCH_1} 0 12 commit)
    string(APPEND commit "${CMAKE_MATCH_2}")
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[#include "cli/version.hpp"

const char* sinew::cli::commit() {
    return "@commit@";
}
]] @ONLY)
