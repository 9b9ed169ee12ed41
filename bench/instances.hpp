// SPDX-License-Identifier: Apache-2.0
// The list of a suite's instances, as VNN-COMP writes it with an expected verdict beside, or any commands of sinew.
#pragma once

#include <string>
#include <vector>

namespace sinew::bench {

struct Instance {
    std::string label;               ///< what tables call it
    std::string expected;            ///< the verdict, as verdict.hpp writes it; empty where nobody knows
    std::string command = "verify";  ///< of sinew
    std::vector<std::string> words;  ///< its arguments; of verify, files alone
    double seconds = 0;              ///< the list's own limit; 0 where it has none
};

/// A number of seconds above 0; throws std::invalid_argument.
double seconds_of(const std::string& text);

/// Reads "onnx,vnnlib,timeout_s,expected" lines (a first line that begins with "onnx," is skipped); paths are relative
/// to the list's folder, and labels begin with `prefix`. Throws std::runtime_error if the file is missing, a line has
/// fewer than two fields or a limit is no number.
std::vector<Instance> read_instances(const std::string& path, const std::string& prefix = "");

/// Reads lines of label, expected verdict, command and its arguments, with tabulators between them. Throws
/// std::runtime_error as above.
std::vector<Instance> read_commands(const std::string& path);

}  // namespace sinew::bench
