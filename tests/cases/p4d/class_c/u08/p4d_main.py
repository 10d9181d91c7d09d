#%% Problem 4(d): gradient check      (translated from my MATLAB script)
from torch import *
import torch

def disp(s, v=None):
    print(s if v is None else s + " " + str(v))
#end

#%% parameters
torch.manual_seed(11);
n = 6;
w1 = torch.randn(n, 1, dtype=torch.double, requires_grad=True);
c1 = torch.randn(n, 1, dtype=torch.double, requires_grad=True);
w2 = torch.randn(1, n, dtype=torch.double, requires_grad=True);
c2 = torch.randn(1, 1, dtype=torch.double, requires_grad=True);
x0 = torch.tensor([[0.65]], dtype=torch.double, requires_grad=True);
yd = torch.tensor([[1.9]], dtype=torch.double);

#%% forward
z = w1 @ x0 + c1;
a = torch.maximum(z, torch.zeros(n, 1, dtype=torch.double));
yh = w2 @ a + c2 + x0;
J = 1/2 * (yh - yd) ** 2;

#%% autograd
J.backward();

#%% hand gradients (column vectors everywhere, like on paper)
e = (yh - yd).detach();
D = torch.diag((z.detach()[:, 0] > 0).double());     # D = diag(z > 0)
w1d = w1.detach(); w2d = w2.detach(); ad = a.detach(); xd = x0.detach();
Jc2 = e;
Jw2 = e @ ad.T;
Jc1 = D @ w2d.T @ e;
Jw1 = D @ w2d.T @ e @ xd.T;
Jx = e @ (torch.eye(1, dtype=torch.double) + w2d @ D @ w1d);

#%% compare
disp("norm(Jc2 - autograd) =", torch.linalg.norm(Jc2 - c2.grad).item());
disp("norm(Jw2 - autograd) =", torch.linalg.norm(Jw2 - w2.grad).item());
disp("norm(Jc1 - autograd) =", torch.linalg.norm(Jc1 - c1.grad).item());
disp("norm(Jw1 - autograd) =", torch.linalg.norm(Jw1 - w1.grad).item());
disp("norm(Jx  - autograd) =", torch.linalg.norm(Jx - x0.grad).item());
