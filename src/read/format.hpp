// SPDX-License-Identifier: Apache-2.0
// Which format a file is in: its content says so; its name's ending decides only what the content leaves open.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sinew::read {

enum class Format {
    unknown,
    dnn,        ///< networks, conditions or both as text (docs/formats.md)
    smtlib,     ///< an SMT-LIB script
    vnnlib,     ///< a property of VNN-LIB
    ipq,        ///< Marabou's input query
    onnx,       ///< a network of ONNX
    nnet,       ///< a network as text of the NNet repository
    nnet_data,  ///< the same, before its normalisation: as --format says alone
    npz,        ///< arrays of a binarized network
    bnn,        ///< a binarized network as text
    flatzinc,   ///< a constraint program
    dimacs,     ///< a propositional formula
    opb,        ///< a pseudo-Boolean problem
    instances,  ///< a list of questions: networks, properties, time limits
    folder,
};

/// What the command line calls a format: "dnn", "smt2", "cnf", …; "" for unknown.
std::string_view to_string(Format format);
/// The format that --format names or an ending stands for; absent for other words.
std::optional<Format> format_named(std::string_view word);
/// All words of --format.
std::vector<std::string> format_names();
/// "a constraint program (FlatZinc)": for messages.
std::string_view description(Format format);

/// The ending of a file's name, in lower case and without ".gz": "dnn", "onnx", …; "" without one.
std::string format_of(const std::string& file);

/// The format of what begins with `beginning` (decompressed); unknown where that leaves it open. Commands in
/// parentheses are SMT-LIB or VNN-LIB as the name says, if it does. Time is proportional to the length.
Format format_of_content(std::string_view beginning, Format by_name = Format::unknown);

/// The format of the file at `path`, by its content, then by the ending of its name; of a file that is not there by its
/// name alone, so that a command can check the rest of its words before it reads. Throws InputError if a file cannot be
/// read.
Format find_format(const std::string& path);

/// The error for a file that is in no format that fits: what it looks like, and what was `expected`.
[[noreturn]] void fail_format(const std::string& path, Format found, std::string_view expected);

}  // namespace sinew::read
