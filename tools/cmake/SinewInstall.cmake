# cmake --install: the program, the libraries with their headers (include/sinew), and a package config, so that
# find_package(sinew) gives others the target sinew::sinew.
include(CMakePackageConfigHelpers)

get_property(floors GLOBAL PROPERTY SINEW_FLOORS)
list(REMOVE_ITEM floors sinew_cli) # the program's own
add_library(sinew_library INTERFACE)
target_link_libraries(sinew_library INTERFACE ${floors})
set_target_properties(sinew_library PROPERTIES EXPORT_NAME sinew)
add_library(sinew::sinew ALIAS sinew_library)
foreach(floor ${floors})
  string(REGEX REPLACE "^sinew_" "" name ${floor})
  set_target_properties(${floor} PROPERTIES EXPORT_NAME ${name})
endforeach()

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sinew)
install(TARGETS sinew RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS sinew_library sinew_glpk sinew_onnx_messages ${floors} EXPORT sinew ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/sinew
  FILES_MATCHING PATTERN "*.hpp" PATTERN cli EXCLUDE)
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
