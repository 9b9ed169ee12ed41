# SPDX-License-Identifier: Apache-2.0
# cmake -D PROGRAM=… -D EXPECTED=… -P compare.cmake: fails unless the program prints what the file holds, but for lines
# that begin with blanks: which of several equally good solutions they tell is not promised.
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors TIMEOUT 300)
file(READ ${EXPECTED} expected)
foreach(text output expected)
  string(REGEX REPLACE "    [^\n]*\n" "" ${text}_promised "${${text}}")
endforeach()
if(NOT status EQUAL 0 OR NOT output_promised STREQUAL expected_promised)
  message(FATAL_ERROR "exit status ${status}\n${errors}\nprinted:\n${output}\nexpected:\n${expected}")
endif()
