//! The section of a pack's README for users of Windows and macOS.

use grader_schema::text::Language;

use crate::language::Pick as _;

/// The section of the README, from its heading on.
pub(super) fn windows_and_mac(language: Language) -> &'static str {
    language.pick(
        "\n## Windows and Mac\n\n\
         Open this directory in its *dev container*: in VS Code, with Docker and the extension *Dev Containers*,\n\
         choose *Reopen in Container*; or put it into a repository on GitHub and open that in Codespaces. The\n\
         container has all that is needed.\n\n\
         On Windows, WSL does as well. Run `wsl --install` in PowerShell, start *Ubuntu*, and there:\n\n\
         ```sh\n\
         sudo apt update && sudo apt install -y build-essential curl\n\
         curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh\n\
         ```\n\n\
         Start *Ubuntu* again, and work in your home directory there: below `/mnt/c` everything is slow.\n",
        "\n## Windows 和 Mac\n\n\
         在*开发容器*（dev container）里打开这个目录：在装有 Docker 和扩展 *Dev Containers* 的 VS Code 里选择 *Reopen in Container*；或者把它放进 GitHub 上的仓库，用 Codespaces 打开。需要的东西容器里都有。\n\n\
         在 Windows 上也可以用 WSL。在 PowerShell 里运行 `wsl --install`，打开 *Ubuntu*，在其中运行：\n\n\
         ```sh\n\
         sudo apt update && sudo apt install -y build-essential curl\n\
         curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh\n\
         ```\n\n\
         再重新打开 *Ubuntu*，在里面的主目录中工作：放在 `/mnt/c` 之下会很慢。\n",
    )
}
