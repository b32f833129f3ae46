@echo off
rem Windows: drop the folder of the installed workbench on this file to bring it to this bundle's state.
rem In the installed folder, "update.cmd --back" goes back to the state before. See docs\offline-bundle.md.
setlocal EnableExtensions
chcp 65001 >nul
set "PYTHONUTF8=1"
set "HERE=%~dp0"
if "%~1"=="" (
    echo Dùng: kéo thư mục đã cài thả lên update.cmd, hoặc: update.cmd --back
    pause
    exit /b 2
)
set "INSTALLED=%~f1"
if /i "%~1"=="--back" set "INSTALLED=%HERE:~0,-1%"
rem the installed Python runs a copy: its own folder is moved away under it
set "PYTHON=%INSTALLED%\.venv\Scripts\python.exe"
for /f "delims=" %%p in ('""%PYTHON%" -c "import sys; print(sys._base_executable)""') do set "BASE=%%p"
if not defined BASE (
    echo LỖI: %INSTALLED% không phải thư mục đã cài chương trình.
    pause
    exit /b 1
)
copy /y "%HERE%scripts\update.py" "%TEMP%\so-ho-tich-update.py" >nul
cd /d "%TEMP%"
if /i "%~1"=="--back" (
    "%BASE%" "%TEMP%\so-ho-tich-update.py" --installed "%INSTALLED%" --back
) else (
    "%BASE%" "%TEMP%\so-ho-tich-update.py" --installed "%INSTALLED%" --bundle "%HERE:~0,-1%"
)
set "CODE=%ERRORLEVEL%"
pause
exit /b %CODE%
