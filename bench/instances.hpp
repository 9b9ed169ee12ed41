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
};

/// Reads "onnx,vnnlib,timeout_s,expected" lines (a first line that begins with "onnx," is skipped); paths are relative
/// to the list's folder. Throws std::runtime_error if the file is missing or a line has fewer than two fields.
std::vector<Instance> read_instances(const std::string& path);

/// Reads lines of label, expected verdict, command and its arguments, with tabulators between them. Throws
/// std::runtime_error as above.
std::vector<Instance> read_commands(const std::string& path);

}  // namespace sinew::bench
