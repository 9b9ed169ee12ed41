# SPDX-License-Identifier: Apache-2.0
# cmake --install: the programs, the library below api/ as one archive, the headers of include/sinew, a package config, so that
# find_package(sinew) gives others the target sinew::sinew, and the same for pkg-config.
include(CMakePackageConfigHelpers)

# sinew_linked(<target> <archives> <libraries>): what it links, directly or in turn: targets of this project that have code
# of their own, and libraries of others.
function(sinew_linked target archives_out libraries_out)
  set(archives "")
  set(libraries "")
  set(seen ${target})
  set(open ${target})
  while(open)
    list(POP_FRONT open one)
    get_target_property(kind ${one} TYPE)
    if(NOT kind STREQUAL INTERFACE_LIBRARY)
      list(APPEND archives ${one})
    endif()
    get_target_property(links ${one} INTERFACE_LINK_LIBRARIES)
    foreach(link ${links})
      string(REGEX REPLACE "^\\$<(LINK_ONLY|BUILD_INTERFACE):(.*)>$" "\\2" link "${link}")
      if(link MATCHES "^sinew_" AND NOT link MATCHES "^sinew_(flags|glpk)$")
        if(NOT link IN_LIST seen)
          list(APPEND seen ${link})
          list(APPEND open ${link})
        endif()
      elseif(link AND NOT link MATCHES "^sinew_flags$|::@" AND NOT link IN_LIST libraries)
        list(APPEND libraries ${link})
      endif()
    endforeach()
  endwhile()
  set(${archives_out} ${archives} PARENT_SCOPE)
  set(${libraries_out} ${libraries} PARENT_SCOPE)
endfunction()

# Within a build the floors themselves are linked; what is installed is one archive of them.
add_library(sinew::sinew ALIAS sinew_api)
sinew_linked(sinew_api archives libraries)
list(REMOVE_ITEM libraries nlohmann_json::nlohmann_json)  # headers, and none of ours includes them
list(TRANSFORM archives REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
add_library(sinew_archive STATIC ${objects})
set_target_properties(sinew_archive PROPERTIES OUTPUT_NAME sinew EXPORT_NAME sinew LINKER_LANGUAGE CXX)
target_link_libraries(sinew_archive INTERFACE ${libraries})
target_include_directories(sinew_archive INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sinew)
install(TARGETS sinew sinew-check RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS sinew_archive sinew_glpk EXPORT sinew ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/sinew DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT sinew NAMESPACE sinew:: FILE sinewTargets.cmake DESTINATION ${config_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sinewConfig.cmake.in ${PROJECT_BINARY_DIR}/sinewConfig.cmake
  INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sinewConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sinewConfig.cmake ${PROJECT_BINARY_DIR}/sinewConfigVersion.cmake
  DESTINATION ${config_folder})
file(RELATIVE_PATH SINEW_UP /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${CMAKE_CURRENT_LIST_DIR}/sinew.pc.in ${PROJECT_BINARY_DIR}/sinew.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/sinew.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# MiniZinc finds solvers by their .msc files (docs/minizinc.md): one for the installed program, one for the build tree.
set(minizinc ${PROJECT_SOURCE_DIR}/share/minizinc)
set(SINEW_MINIZINC_LIBRARY ../sinew)
set(SINEW_MINIZINC_PROGRAM ../../../${CMAKE_INSTALL_BINDIR}/fzn-sinew)
configure_file(${minizinc}/sinew.msc.in ${PROJECT_BINARY_DIR}/minizinc/installed/sinew.msc @ONLY)
set(SINEW_MINIZINC_LIBRARY ${minizinc}/sinew)
set(SINEW_MINIZINC_PROGRAM ${PROJECT_BINARY_DIR}/src/fzn-sinew)
configure_file(${minizinc}/sinew.msc.in ${PROJECT_BINARY_DIR}/minizinc/sinew.msc @ONLY)
configure_file(${minizinc}/fzn-sinew ${PROJECT_BINARY_DIR}/src/fzn-sinew COPYONLY)
install(PROGRAMS ${minizinc}/fzn-sinew DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${PROJECT_BINARY_DIR}/minizinc/installed/sinew.msc DESTINATION ${CMAKE_INSTALL_DATADIR}/minizinc/solvers)
install(DIRECTORY ${minizinc}/sinew ${minizinc}/neurons DESTINATION ${CMAKE_INSTALL_DATADIR}/minizinc)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
