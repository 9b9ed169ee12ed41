// The list of a benchmark's instances, as VNN-COMP writes it with an expected verdict beside.
#pragma once

#include <string>
#include <vector>

namespace sinew::bench {

struct Instance {
    std::string network;   ///< path of the ONNX file
    std::string property;  ///< path of the VNN-LIB file; empty where the first file is a whole query
    std::string expected;  ///< "sat", "unsat", or empty where nobody knows
    std::string label;     ///< the two as the list names them

    /// What sinew is given.
    std::vector<std::string> files() const {
        return property.empty() ? std::vector<std::string>{network} : std::vector<std::string>{network, property};
    }
};

/// Reads "onnx,vnnlib,timeout_s,expected" lines (a first line that begins with "onnx," is skipped); paths are relative
/// to the list's folder. Throws std::runtime_error if the file is missing or a line has fewer than two fields.
std::vector<Instance> read_instances(const std::string& path);

}  // namespace sinew::bench
