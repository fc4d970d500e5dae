pub fn source(_p: &super::program::Program) -> String {
    format!("{_p:#?}")
}
