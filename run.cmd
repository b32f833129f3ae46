@echo off
rem Windows: a double click installs what is missing, prepares the data and opens the workbench in the browser.
rem Safe to repeat. With the folder "offline" beside it (see docs\offline-bundle.md) nothing is asked of any network.
setlocal EnableExtensions
chcp 65001 >nul
cd /d "%~dp0"
if not exist run.cmd (
    echo LỖI: không vào được thư mục của chương trình. Hãy chép cả thư mục vào ổ đĩa của máy này rồi bấm đúp run.cmd ở đó.
    goto :failed
)
set "PYTHONUTF8=1"
set "OMP_THREAD_LIMIT=1"
set "SERVE=yes"
if /i "%~1"=="--no-serve" set "SERVE=no"
if not exist .setup mkdir .setup

call :find_tesseract
if not defined TESSERACT call :install_tesseract
if errorlevel 1 goto :failed
call :find_tesseract
if not defined TESSERACT (
    echo LỖI: chưa có Tesseract. Hãy cài Tesseract 5 cho Windows rồi chạy lại run.cmd.
    goto :failed
)
set "PATH=%TESSERACT%;%PATH%"

.venv\Scripts\python.exe -m pip --version >nul 2>&1
if errorlevel 1 call :make_environment
if errorlevel 1 goto :failed
rem Tesseract for Windows opens no file below a folder whose name its old code page cannot write
.venv\Scripts\python.exe -c "import os, sys; sys.exit(not os.getcwd().isascii())"
if errorlevel 1 (
    echo LỖI: đường dẫn của thư mục này có chữ có dấu, Tesseract trên Windows không đọc được ở đó.
    echo Hãy chép cả thư mục sang chỗ có tên không dấu, ví dụ C:\so-ho-tich, rồi bấm đúp run.cmd ở đó.
    goto :failed
)
call :install_libraries
if errorlevel 1 goto :failed

set "READ_LATER="
if "%SERVE%"=="yes" set "READ_LATER=--read-later"
.venv\Scripts\python.exe -m workbench prepare --sample-books sample_books %READ_LATER%
if errorlevel 1 goto :failed
if "%SERVE%"=="no" (
    echo Đã sẵn sàng. Bấm đúp run.cmd để mở http://localhost:8501
    exit /b 0
)
start "" /b .venv\Scripts\python.exe scripts\open_when_ready.py
echo Đóng cửa sổ này là dừng chương trình.
.venv\Scripts\python.exe -m workbench serve
if errorlevel 1 goto :failed
exit /b 0

:find_tesseract
set "TESSERACT="
for %%d in ("%ProgramFiles%\Tesseract-OCR" "%LOCALAPPDATA%\Programs\Tesseract-OCR" "%LOCALAPPDATA%\Tesseract-OCR") do (
    if exist "%%~d\tesseract.exe" set "TESSERACT=%%~d"
)
if defined TESSERACT exit /b 0
for /f "delims=" %%f in ('where tesseract 2^>nul') do set "TESSERACT=%%~dpf"
exit /b 0

:install_tesseract
if not exist offline\windows\tesseract-setup.exe exit /b 0
call :check_installer tesseract-setup
if errorlevel 1 exit /b 1
echo Đang cài Tesseract. Nếu Windows hỏi quyền, hãy bấm Yes.
start "" /wait offline\windows\tesseract-setup.exe /S
exit /b 0

:find_python
set "PYTHON="
for %%v in (3.12 3.13 3.11) do (
    if not defined PYTHON py -%%v -c "import venv" >nul 2>&1 && set "PYTHON=py -%%v"
)
if defined PYTHON exit /b 0
if exist "%LOCALAPPDATA%\Programs\Python\Python312\python.exe" set PYTHON="%LOCALAPPDATA%\Programs\Python\Python312\python.exe"
exit /b 0

:make_environment
call :find_python
if not defined PYTHON if exist offline\windows\python-setup.exe (
    call :check_installer python-setup
    if errorlevel 1 exit /b 1
    echo Đang cài Python cho tài khoản này
    start "" /wait offline\windows\python-setup.exe /quiet InstallAllUsers=0 Include_launcher=0 Include_test=0 PrependPath=0
    call :find_python
)
if not defined PYTHON (
    echo LỖI: cần Python 3.12. Hãy cài từ python.org rồi chạy lại run.cmd.
    exit /b 1
)
echo Đang tạo môi trường Python trong .venv
if exist .venv rmdir /s /q .venv
%PYTHON% -m venv .venv
exit /b %ERRORLEVEL%

:install_libraries
if exist offline\SHA256SUMS call :check_bundle
if errorlevel 1 exit /b 1
fc /b requirements.txt .venv\installed-run >nul 2>&1
if not errorlevel 1 exit /b 0
echo Đang cài các thư viện Python, lần đầu mất vài phút
set "SOURCE="
if exist offline\wheels set "SOURCE=--no-index --find-links offline\wheels"
.venv\Scripts\python.exe -m pip install -q --disable-pip-version-check %SOURCE% --require-hashes -r requirements.txt
if errorlevel 1 (
    echo LỖI: không cài được thư viện Python. Kiểm tra đĩa trống và gói cài đặt, rồi chạy lại run.cmd.
    exit /b 1
)
copy /y requirements.txt .venv\installed-run >nul
exit /b 0

:check_bundle
fc /b offline\SHA256SUMS .setup\bundle-checked >nul 2>&1
if not errorlevel 1 exit /b 0
echo Đang so mã kiểm tra của các tệp trong gói cài đặt
.venv\Scripts\python.exe scripts\check_bundle.py
if errorlevel 1 exit /b 1
copy /y offline\SHA256SUMS .setup\bundle-checked >nul
exit /b 0

:check_installer
set "FOUND="
for /f "skip=1 delims=" %%h in ('certutil -hashfile "offline\windows\%~1.exe" SHA256') do if not defined FOUND set "FOUND=%%h"
set /p WANTED=<"offline\windows\%~1.sha256"
if /i "%FOUND: =%"=="%WANTED%" exit /b 0
echo LỖI: tệp cài %~1.exe không đúng mã kiểm tra. Hãy chép lại cả thư mục từ USB.
exit /b 1

:failed
echo.
echo Chưa chạy được. Dòng báo lỗi ở trên nói cần làm gì.
pause
exit /b 1
