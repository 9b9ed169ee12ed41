// SPDX-License-Identifier: Apache-2.0
// Several questions at once: a folder, a list in a CSV file, a network with several files of conditions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "read/query/load_query.hpp"

namespace sinew::read {

/// One of them, for load_query().
struct ListedQuestion {
    std::string name;  ///< for tables: its files, without the folder and without a network that all have
    std::vector<std::string> files;
    std::vector<Format> formats;
    std::optional<double> seconds;  ///< the time limit that its row names
    std::string expected;           ///< the verdict that its row names; empty: none
    std::string problem;            ///< why it cannot be asked; empty: it can
    /// Of a text of VNN-LIB 2.0, which is the last of the files: their names; the files before it are these networks.
    std::vector<NetworkFile> networks = {};

    /// The files for load_query(), which is told the networks beside.
    std::vector<std::string> asked() const { return networks.empty() ? files : std::vector<std::string>{files.back()}; }
};

struct QuestionList {
    std::vector<ListedQuestion> questions;
    std::vector<std::string> left_out;  ///< files of a folder that are no part of a question
    bool of_instances = false;          ///< a list in a CSV file named them, as benchmarks have it
};

/// Whether the files of a command line are several questions: a folder or a list, more than two files, or two that are
/// whole questions. Throws InputError for files that cannot be read.
bool are_several_questions(const std::vector<std::string>& files, const QueryOptions& options);

/// Those questions. A folder with a file instances.csv asks what that says; another one every whole question in it, and
/// every file of conditions about the one network, or about the network whose name its own name begins with. Throws
/// UsageError for files that are neither one network with conditions nor whole questions, InputError for a folder or a
/// list without questions.
QuestionList list_questions(const std::vector<std::string>& files, const QueryOptions& options);

/// The rows of a list: network (or several, as parse_network_list() reads them), conditions, seconds (the last may be
/// missing), or one whole question; with a header in
/// any order, and with the verdict that is expected. Names are relative to the list's folder; one that is not there may
/// be there with ".gz". InputError with the line for cells that make no sense.
std::vector<ListedQuestion> parse_instances(std::string_view text, const std::string& path);

}  // namespace sinew::read
