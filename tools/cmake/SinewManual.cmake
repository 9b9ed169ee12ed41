# SPDX-License-Identifier: Apache-2.0
# Man pages, reference pages and the shells' completions: what the built program says of itself, in manual/ of the build
# folder. A program for another machine is run by CMAKE_CROSSCOMPILING_EMULATOR; without one there are no pages.
if((CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR) OR SINEW_SANITIZE)
  return()
endif()
set(manual ${PROJECT_BINARY_DIR}/manual)
add_custom_command(
  OUTPUT ${manual}/written
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
  COMMAND sinew manual --to man --out ${manual}/man
  COMMAND sinew manual --to markdown --out ${manual}/reference
  COMMAND sinew completion bash --out ${manual}/completions/sinew
  COMMAND sinew completion zsh --out ${manual}/completions/_sinew
  COMMAND sinew completion fish --out ${manual}/completions/sinew.fish
  COMMAND ${CMAKE_COMMAND} -E touch ${manual}/written
  DEPENDS sinew
  COMMENT "Writing the manual and the completions"
  VERBATIM)
add_custom_target(sinew_manual ALL DEPENDS ${manual}/written)

install(DIRECTORY ${manual}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL FILES_MATCHING PATTERN "*.1")
install(DIRECTORY ${manual}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man7 OPTIONAL FILES_MATCHING PATTERN "*.7")
install(FILES ${manual}/completions/sinew
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions OPTIONAL)
install(FILES ${manual}/completions/sinew.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d OPTIONAL)
# Debian's zsh looks for what packages bring in a folder of its own.
install(CODE "
  set(folder site-functions)
  if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
    set(folder vendor-completions)
  endif()
  if(EXISTS \"${manual}/completions/_sinew\")
    file(INSTALL DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${folder}\" TYPE FILE
      FILES \"${manual}/completions/_sinew\")
  endif()")
