# cmake --install: the program, the libraries below api/, the headers of include/sinew, and a package config, so that
# find_package(sinew) gives others the target sinew::sinew.
include(CMakePackageConfigHelpers)

# api/ and what it links, directly or in turn.
get_property(all_floors GLOBAL PROPERTY SINEW_FLOORS)
set(floors sinew_api)
set(open sinew_api)
while(open)
  list(POP_FRONT open floor)
  get_target_property(links ${floor} INTERFACE_LINK_LIBRARIES)
  foreach(link ${links})
    if(link IN_LIST all_floors AND NOT link IN_LIST floors)
      list(APPEND floors ${link})
      list(APPEND open ${link})
    endif()
  endforeach()
endwhile()
add_library(sinew_library INTERFACE)
target_link_libraries(sinew_library INTERFACE sinew_api)
set_target_properties(sinew_library PROPERTIES EXPORT_NAME sinew)
add_library(sinew::sinew ALIAS sinew_library)
foreach(floor ${floors})
  string(REGEX REPLACE "^sinew_" "" name ${floor})
  set_target_properties(${floor} PROPERTIES EXPORT_NAME ${name})
endforeach()

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sinew)
install(TARGETS sinew RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS sinew_library sinew_glpk sinew_onnx_messages ${floors} EXPORT sinew ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/sinew DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT sinew NAMESPACE sinew:: FILE sinewTargets.cmake DESTINATION ${config_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sinewConfig.cmake.in ${PROJECT_BINARY_DIR}/sinewConfig.cmake
  INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sinewConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sinewConfig.cmake ${PROJECT_BINARY_DIR}/sinewConfigVersion.cmake
  DESTINATION ${config_folder})

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
