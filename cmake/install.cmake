# What `cmake --install` puts where, so that find_package(newsgpu) works. The Python wheel takes another component.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)

install(TARGETS newsgpu EXPORT newsgpu-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/newsgpu DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY licenses DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/newsgpu)
install(EXPORT newsgpu-targets NAMESPACE newsgpu:: DESTINATION ${config_dir})
configure_package_config_file(cmake/newsgpu-config.cmake.in newsgpu-config.cmake INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(newsgpu-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/newsgpu-config.cmake ${PROJECT_BINARY_DIR}/newsgpu-config-version.cmake
        DESTINATION ${config_dir})
