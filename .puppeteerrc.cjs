/*
Puppeteer comes with mermaid-cli, which tests use with the browser that is there: none is downloaded.
*/
module.exports = {skipDownload: true};
