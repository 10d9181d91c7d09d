# Homework 2, problem 4 part d
import torch

h = 3
x = torch.tensor([[0.8]], requires_grad=True)
y = torch.tensor([[2.0]])

W1 = torch.tensor([[0.6], [-1.2], [0.9]], requires_grad=True)
b1 = torch.tensor([[0.1], [0.2], [-0.3]], requires_grad=True)
W2 = (0.5*torch.ones(1, h)).requires_grad_()
b2 = torch.zeros(1, 1, requires_grad=True)

z1 = torch.matmul(W1, x) + b1
a1 = torch.nn.functional.relu(z1)
yhat = torch.matmul(W2, a1) + b2 + x
L = 0.5*torch.square(yhat - y)

L.backward()

with torch.no_grad():
    e = yhat - y
    relu_grad = (z1 > 0).float()

    dL_db2 = e
    dL_dW2 = e * a1.t()
    dL_dz1 = e * W2 * relu_grad
    dL_db1 = dL_dz1
    dL_dW1 = dL_dz1 * x
    dL_dx  = e * (1 + W2 @ (relu_grad * W1))

print("dL/db2 match:", torch.allclose(dL_db2, b2.grad))
print("dL/dW2 match:", torch.allclose(dL_dW2, W2.grad))
print("dL/dW1 match:", torch.allclose(dL_dW1, W1.grad))
print("dL/db1 match:", torch.allclose(dL_db1, b1.grad))
print("dL/dx  match:", torch.allclose(dL_dx, x.grad))

'''
Brief discussion
All five checks print True, so the analytical gradients agree with what autograd computes.
'''
