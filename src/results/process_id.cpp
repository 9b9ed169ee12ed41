// SPDX-License-Identifier: Apache-2.0
#include "results/process_id.hpp"

#include <fstream>

#include <fmt/core.h>
#include <unistd.h>

namespace sinew::results {

namespace {
/// When process `number` began, in ticks since the system did (proc(5), field 22 of stat); empty where there is none,
/// or one that has ended and that its parent has not asked about (for ever in a container whose first process asks
/// nobody).
std::string start_of(const std::string& number) {
    std::ifstream file("/proc/" + number + "/stat");
    std::string line;
    std::getline(file, line);
    // Fields are counted from the name's closing bracket: it may have blanks and brackets itself.
    std::size_t at = line.rfind(')');
    if (at == std::string::npos || at + 2 >= line.size() || line[at + 2] == 'Z' || line[at + 2] == 'X') return "";
    constexpr int fields_after_the_name = 20;
    for (int field = 0; field < fields_after_the_name && at != std::string::npos; ++field) at = line.find(' ', at + 1);
    if (at == std::string::npos) return "";
    return line.substr(at + 1, line.find(' ', at + 1) - at - 1);
}

std::string system_here() {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string boot;
    std::getline(file, boot);
    return fmt::format("{} {}", name, boot);
}
}  // namespace

std::string this_process() {
    const std::string number = std::to_string(getpid());
    return fmt::format("{} {} {}", system_here(), number, start_of(number));
}

Life life_of(const std::string& process) {
    const std::size_t last = process.rfind(' ');
    if (last == std::string::npos || last == 0) return Life::unknown;
    const std::size_t before = process.rfind(' ', last - 1);
    if (before == std::string::npos) return Life::unknown;
    const std::string system = process.substr(0, before);
    const std::string here = system_here();
    if (system != here)  // the same machine, started anew, has none of its processes
        return system.substr(0, system.find(' ')) == here.substr(0, here.find(' ')) ? Life::ended : Life::unknown;
    const std::string number = process.substr(before + 1, last - before - 1);
    const std::string start = process.substr(last + 1);
    return !start.empty() && start_of(number) == start ? Life::alive : Life::ended;
}

}  // namespace sinew::results
