// SPDX-License-Identifier: Apache-2.0
// Numbers and names as a person writes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinew::report {

/// Four significant digits, whole numbers in full: "0.0273", "12,400", "1.5e-7".
std::string shown(double value);
std::string shown_count(std::size_t count);

/// "3 images", "1 image".
std::string counted(std::size_t count, std::string_view singular, std::string_view plural = {});

/// "0.3 ms", "4.2 s", "3 min 5 s".
std::string duration(double seconds);

/// "87.5 %".
std::string percent(double share);

/// "4.1 MB".
std::string bytes_text(double bytes);

/// "net.onnx" of "models/net.onnx"; a name without folders is itself.
std::string file_name(std::string_view path);
/// "net" of "models/net.onnx" and of "net.onnx.gz".
std::string stem(std::string_view path);

/// A word of the command line as a shell takes it.
std::string shell_word(std::string_view word);

}  // namespace sinew::report
