// SPDX-License-Identifier: Apache-2.0
// From files and words to a query: what each file is, which of them is the network, what is asked about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/query.hpp"
#include "read/format.hpp"
#include "read/vnnlib/question.hpp"

namespace sinew::read {

/// What a command line says beside the files.
struct QueryOptions {
    std::vector<Format> formats;                  ///< by file; unknown, or fewer than files: the content tells
    std::optional<std::string> input_condition;   ///< takes the place of the files' condition on inputs
    std::optional<std::string> output_condition;  ///< likewise
    std::optional<std::string> objective;         ///< likewise
    model::Sense sense = model::Sense::minimize;  ///< of `objective`
    std::vector<std::string> outputs = {};  ///< of an ONNX network: names of those that are asked about; none: all
    std::string output_option = "--out";    ///< what notes and errors call output_condition
    std::vector<NetworkFile> networks;      ///< of a text of VNN-LIB 2.0
    /// Told what a text of VNN-LIB 2.0 declares.
    std::vector<model::DeclaredNetwork>* declared = nullptr;
    /// Told what of the files is not asked because something else takes its place, and how numbers are meant.
    std::vector<std::string>* notes = nullptr;

    Format format(std::size_t file) const { return file < formats.size() ? formats[file] : Format::unknown; }
    bool asks() const { return input_condition || output_condition || objective; }
};

/// The query of one file that is a whole question (dnn text, SMT-LIB with one check-sat, Marabou's), or of a network
/// (dnn text, ONNX, NNet, a binarized network) and what is asked about it: VNN-LIB, conditions as text, or the
/// options', in any order, or a text of VNN-LIB 2.0, whose networks are options.networks, or the one other file.
/// Conditions of another file take the place of those beside the network, side by side. Any file may be compressed, and
/// may be "-", standard input. Throws UsageError for files that are no question together, InputError for what the
/// readers refuse.
model::Query load_query(const std::vector<std::string>& files, const QueryOptions& options = {});

/// The file of these that is a text of VNN-LIB 2.0; absent without one.
std::optional<std::string> vnnlib2_among(const std::vector<std::string>& files, const QueryOptions& options = {});

/// What a file is to a question.
enum class FileRole {
    question,    ///< all of it
    network,     ///< asks nothing
    conditions,  ///< about a network of another file
    either,      ///< conditions with domains of their own: a question where no other file has a network
    none,
};
FileRole role_of(const std::string& path, Format format = Format::unknown);

}  // namespace sinew::read
