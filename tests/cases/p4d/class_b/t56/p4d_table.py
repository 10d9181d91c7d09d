import torch
torch.manual_seed(101)
torch.set_printoptions(precision=5, sci_mode=False, linewidth=120)

h  = 4
x  = torch.tensor([0.8], requires_grad=True)
y  = torch.tensor([-1.1])
W1 = torch.randn(h, 1).requires_grad_()
b1 = torch.randn(h).requires_grad_()
W2 = torch.randn(1, h).requires_grad_()
b2 = torch.randn(1).requires_grad_()

z1   = torch.mv(W1, x) + b1
a1   = z1.clamp(min=0)
yhat = torch.mv(W2, a1) + b2 + x
loss = (yhat - y).pow(2).div(2)
loss.backward()

torch.set_grad_enabled(False)
print("                 -------- 4(b) formula ----------------------- -------- autograd -----------")
print("dL/db2         ", yhat - y,                                            b2.grad)
print("dL/dW2         ", (yhat - y) * a1,                                     W2.grad)
print("dL/dW1         ", (yhat - y) * W2[0] * (z1 > 0) * x,                   W1.grad.T)
print("dL/db1         ", (yhat - y) * W2[0] * (z1 > 0),                       b1.grad)
print("dL/dx          ", (yhat - y) * (1 + (W2[0] * (z1 > 0) * W1[:, 0]).sum()), x.grad)

# Both columns are the same in all the printed digits.
