// SPDX-License-Identifier: Apache-2.0
// VNN-LIB 2.0: a question about one network or several, which a text declares and files hold.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/declaration.hpp"
#include "model/query.hpp"

namespace sinew::read {

/// The ONNX file of a declared network.
struct NetworkFile {
    std::string name;  ///< empty: that of the one network that needs a file
    std::string path;
};

/// A question and how its text declares what it is about.
struct StandardQuestion {
    model::Query query;
    std::vector<model::DeclaredNetwork> declared;
};

/// "NAME=FILE". UsageError for another form.
NetworkFile parse_network_file(std::string_view text);
/// The networks that the competition's scripts name as a list of Python, [('f', 'a.onnx'), ('g', 'b.onnx')], or one
/// path alone. UsageError for what begins as a list and is none.
std::vector<NetworkFile> parse_network_list(std::string_view text);

/// The element types that declarations may have: "real" first, then those of ONNX.
std::span<const std::string_view> element_types();

/// Whether the text is one of VNN-LIB 2: it says so, or it declares networks.
bool is_vnnlib2(std::string_view text);

/// The question of a text of VNN-LIB 2.0 (gzip-compressed or not) about the networks of these files. All networks
/// become parts of one; inputs that are equal, or on a line with one another, are one input of it; hidden nodes are
/// layers of it; elements of integer types are integers, of real and float types reals. Products are folded as far as
/// factors are fixed or integers of few values, and layers of it otherwise. What is not as the standard has it, and is
/// read all the same, is told in `notes`, if they are there. InputError with line and column; also for networks without
/// a file, files without a network, and element types and shapes that are not the file's.
StandardQuestion read_vnnlib2(const std::string& path, const std::vector<NetworkFile>& files,
                              std::vector<std::string>* notes = nullptr);
/// The same of a text in memory; `name` is for errors.
StandardQuestion parse_vnnlib2(std::string_view text, const std::string& name, const std::vector<NetworkFile>& files,
                               std::vector<std::string>* notes = nullptr);

}  // namespace sinew::read
