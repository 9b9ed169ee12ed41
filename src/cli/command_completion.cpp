// SPDX-License-Identifier: Apache-2.0
// sinew completion: what a shell reads to complete sinew's command lines.
#include <filesystem>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/output_file.hpp"

namespace sinew::cli {

extern const Command completion_command;

namespace {
void describe_completion(OptionGroups& options) {
    OptionGroup output("output");
    output.options = {
        {"out", takes_text("FILE"), "the script (default: standard output); its folder is made if it is not there"}};
    options.push_back(output);
}

ExitStatus run_completion(const Arguments& arguments) {
    const std::string shell = arguments.files.size() == 1 ? arguments.files[0] : "";
    std::string script;
    if (shell == "bash")
        script = bash_completion();
    else if (shell == "zsh")
        script = zsh_completion();
    else if (shell == "fish")
        script = fish_completion();
    else
        throw UsageError("completion takes a shell: bash, zsh or fish; see sinew help completion");
    const std::string path = arguments.has("out") ? arguments.get<std::string>("out") : "-";
    if (path != "-") make_folder(std::filesystem::path(path).parent_path());
    OutputFile(path).write(script);
    return answered;
}
}  // namespace

const Command completion_command{
    "completion",
    "completion of commands, options and files, for bash, zsh and fish",
    "completion [OPTION...] bash|zsh|fish",
    "Prints a script that the shell reads. It knows commands, options, the values of options that are one of a few "
    "words, the names of --set, and files by their endings. Packages and `cmake --install` put it where the shell "
    "looks for it; for a program that was built by hand it is written there once, as the examples show.",
    "# in this shell, until it ends\n"
    "source <(sinew completion bash)\n"
    "# for good: bash (with the package bash-completion), zsh (a folder of fpath), fish\n"
    "sinew completion bash --out ~/.local/share/bash-completion/completions/sinew\n"
    "sinew completion zsh --out ~/.zfunc/_sinew\n"
    "sinew completion fish --out ~/.config/fish/completions/sinew.fish",
    describe_completion,
    run_completion,
    {},
    {},
    {},
    "bash zsh fish",
    "0 it is written\n2\n3",
};

}  // namespace sinew::cli
